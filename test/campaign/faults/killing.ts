import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, killRunner, someMoment } from '../attempt.ts';
import { inject, optionsOf } from '../case-world.ts';
import { runsOf } from '../journals.ts';
import { markedProcesses, product, signal } from '../product.ts';

/** SIGKILL to the runner, alone or with everything that it has started. */
export const runnerKilled: Fault = {
  name: 'runner-killed',
  async during(attempt, chance) {
    const moment = await someMoment(attempt, chance);
    if (moment !== undefined) await killRunner(attempt, chance.likely(0.5), `runner killed at ${moment}`);
  },
};

/** SIGKILL to the process that holds a SQLite target open, or to a command. */
export const childKilled: Fault = {
  name: 'child-killed',
  applies: ({ backend }) => backend.name === 'sqlite',
  async during(attempt, chance) {
    const moment = await someMoment(attempt, chance);
    if (moment === undefined) return;
    const runner = attempt.runner();
    const children = markedProcesses(runsOf(attempt.world.project)).filter((pid) => pid !== runner);
    for (const pid of children) if (signal(pid, 'SIGKILL')) inject(attempt.world, 'child process killed alone');
  },
};

/** The database server dies and comes back. */
export const serverKilled: Fault = {
  name: 'server-killed',
  applies: ({ backend }) => backend.name !== 'sqlite',
  async during(attempt, chance) {
    const moment = await someMoment(attempt, chance);
    if (moment === undefined) return;
    const { backend } = attempt.world;
    await backend.kill();
    inject(attempt.world, 'database server killed');
    await delay(chance.between(0, 400));
    await backend.restart();
  },
};

/** A person cancels, by a signal or from another terminal. */
export const cancelled: Fault = {
  name: 'cancelled',
  async during(attempt, chance) {
    const moment = await someMoment(attempt, chance);
    if (moment === undefined) return;
    const { world } = attempt;
    const how = chance.pick(['SIGINT', 'SIGTERM', 'SIGHUP', 'command'] as const);
    if (how === 'command') {
      inject(world, 'cancelled by command');
      await product(['cancel', 'latest', '--json'], optionsOf(world));
      return;
    }
    const pid = attempt.runner();
    if (pid === undefined || !signal(pid, how)) return;
    // A process that has just been started ends by the signal itself.
    attempt.killed = true;
    inject(world, `cancelled by ${how}`);
  },
};
