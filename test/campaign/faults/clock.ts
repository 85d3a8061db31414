import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attempt, Fault } from '../attempt.ts';
import { type CaseWorld, inject } from '../case-world.ts';
import type { Chance } from '../chance.ts';
import { clockShim } from '../clock-shim.ts';

/** Somebody sets the clock of the machine that runs the deployment, by hours, forth and back. */
export const clockJumps: Fault = {
  name: 'clock-jumps',
  async setup(world) {
    const file = `${world.project}.clock`;
    const shim = `${world.project}.clock.cjs`;
    writeFileSync(file, '0');
    writeFileSync(shim, clockShim);
    world.undo.push(() => {
      for (const path of [file, shim]) rmSync(path, { force: true });
    });
    world.env.CAMPAIGN_CLOCK_FILE = file;
    world.env.NODE_OPTIONS = `--require=${shim}`;
  },
  async before(world, chance) {
    jump(world, chance);
  },
  async during(attempt: Attempt, chance) {
    for (let n = 0; n < 3 && !attempt.isOver(); n++) {
      await delay(chance.between(30, 400));
      if (!attempt.isOver()) jump(attempt.world, chance);
    }
  },
};

const HOUR_MS = 3_600_000;

function jump(world: CaseWorld, chance: Chance): void {
  const hours = chance.pick([-48, -7, -1, -0.01, 0, 0.2, 1, 3, 26]);
  writeFileSync(`${world.project}.clock`, String(Math.round(hours * HOUR_MS)));
  world.known.clockJumped = true;
  inject(world, 'clock jump');
}
