import { statSync } from 'node:fs';
import type { Figure } from '../figure.ts';
import { inTurn, least, medianBeside, pickedBeside, type Round } from './beside.ts';
import { type Contestant, ours } from './contestants.ts';
import { begin, startServer } from './drive-server.ts';

const ROUNDS = 11;

/** T5: from the spawn of the process to the answer of `initialize`, in turns, and the size of the bundle that is loaded for it. */
export async function startTime(folder: string, peer: Contestant | undefined): Promise<readonly Figure[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push(await inTurn(round, () => started(ours, folder), peer && (() => started(peer, folder))));
  const name = 'T5 spawn to initialize';
  const of = { unit: 'ms', rounds, peerName: peer?.name };
  const sizes = { ours: kilobytes(ours), peer: peer && kilobytes(peer) };
  return [
    medianBeside({ ...of, name: `${name}, median (gate 0.8)` }),
    pickedBeside({ ...of, name: `${name}, best` }, least),
    medianBeside({ ...of, name: 'T5 bundle (goal 400 KB)', unit: 'KB', rounds: [sizes] }),
  ];
}

async function started(contestant: Contestant, folder: string): Promise<number> {
  const server = await startServer(contestant, folder);
  await begin(server);
  await server.stop();
  return server.startedInMs;
}

/** Of 1,024 bytes. */
const kilobytes = ({ bundle }: Contestant): number => statSync(bundle).size / 1024;
