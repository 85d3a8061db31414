import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, someMoment } from '../attempt.ts';
import { inject } from '../case-world.ts';

/** The connection to the server breaks: in the midst of a statement, at COMMIT, or at its answer. */
export const connectionCut: Fault = {
  name: 'connection-cut',
  applies: ({ backend }) => backend.name !== 'sqlite',
  async during(attempt, chance) {
    const { proxy } = attempt.world;
    if (!proxy) return;
    const how = chance.pick(['bytes', 'commit-request', 'commit-answer', 'now'] as const);
    const before = proxy.cuts;
    if (how === 'now') {
      if ((await someMoment(attempt, chance)) === undefined) return;
      proxy.cutNow();
    } else if (how === 'bytes') proxy.arm({ at: 'bytes', count: chance.between(200, 9_000) });
    else proxy.arm({ at: how }, chance.upTo(5));
    while (!attempt.isOver() && proxy.cuts === before) await delay(5);
    proxy.disarm();
    if (proxy.cuts > before) inject(attempt.world, `connection cut: ${how}`);
  },
};
