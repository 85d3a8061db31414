import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { WorkspaceSymbolRequest } from 'vscode-languageserver/node';
import type { Figure } from '../figure.ts';
import { inTurn, medianBeside, type Round } from './beside.ts';
import { type Contestant, ours } from './contestants.ts';
import { type DrivenServer, withServer } from './drive-server.ts';
import { judged } from './judged.ts';
import type { Workspace } from './make-workspace.ts';

const ROUNDS = 3;
/** Long enough for everything that begins with opening to have ended. Milliseconds. */
const REST_MS = 2_000;

/**
 * T6: resident memory with 5,000 lines open and judged, two seconds later. Ours has 1,000 scripts indexed, and in the second figure all
 * 200 plans of the workspace read as well, as after a question for symbols; the peer has the same file open and nothing else. Only where
 * the system tells what a process has.
 */
export async function memory(workspace: Workspace, peer: Contestant | undefined): Promise<readonly Figure[]> {
  if (process.platform !== 'linux') return [];
  const [bare, whole]: [Round[], Round[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const theirs = peer && (() => measured(peer, workspace, false));
    bare.push(await inTurn(round, () => measured(ours, workspace, false), theirs));
    whole.push(await inTurn(round, () => measured(ours, workspace, true), theirs));
  }
  const name = 'T6 memory, 5,000 lines open';
  const of = { unit: 'MB', peerName: peer?.name };
  return [
    medianBeside({ ...of, name: `${name}, 200 plans and 1,000 scripts read (gate 1.0)`, rounds: whole }),
    medianBeside({ ...of, name: `${name}, before the plans are asked for`, rounds: bare }),
  ];
}

async function measured(contestant: Contestant, workspace: Workspace, withPlans: boolean): Promise<number> {
  return withServer(contestant, workspace.folder, async (server) => {
    const uri = await server.open(workspace.long.path, workspace.long.text);
    await judged(server, uri, 1);
    if (withPlans) await server.connection.sendRequest(WorkspaceSymbolRequest.type, { query: '' });
    await pause(REST_MS);
    return residentMegabytes(server);
  });
}

/** Of a million bytes. */
function residentMegabytes({ pid }: DrivenServer): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('The system does not tell what the process has.');
  return (Number(kilobytes) * 1024) / 1_000_000;
}
