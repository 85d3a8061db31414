import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageserver/node';
import { type Figure, median } from '../figure.ts';
import { alone } from './beside.ts';
import { ours } from './contestants.ts';
import { type DrivenServer, withServer } from './drive-server.ts';
import type { Workspace } from './make-workspace.ts';

const OPEN = 20;
const ROUNDS = 10;
/** After the dependant was judged, so long for others to be judged as well. Milliseconds. */
const REST_MS = 400;

/**
 * T8: with 20 plans open, one script that one of them names is created or deleted, in turns: from the notification of the watcher to
 * the diagnostics of that plan, and how many documents were judged again.
 */
export async function scriptChanges(workspace: Workspace): Promise<readonly Figure[]> {
  const script = join(workspace.folder, 'migrations/V99999__new.sql');
  return withServer(ours, workspace.folder, async (server) => {
    const dependant = await openAll(server, workspace);
    const rounds: { readonly ms: number; readonly judged: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const isCreated = round % 2 === 0;
      if (isCreated) writeFileSync(script, 'SELECT 1;\n');
      else rmSync(script);
      rounds.push(await change(server, dependant, script, isCreated));
    }
    rmSync(script, { force: true });
    return [
      alone('T8 script created or deleted to its plan judged (gate 150 ms)', 'ms', median(rounds.map(({ ms }) => ms))),
      alone(
        'T8 documents judged again, of 20 open, 1 names it (gate 1)',
        'documents',
        Math.max(...rounds.map(({ judged }) => judged)),
      ),
    ];
  });
}

/** Opens 20 plans, the first of which names the new script, and waits until all are judged; gives the URI of the first. */
async function openAll(server: DrivenServer, workspace: Workspace): Promise<string> {
  const uris: string[] = [];
  for (let number = 1; number <= OPEN; number++) {
    const { path, text } = workspace.plan(number);
    uris.push(await server.open(path, number === 1 ? text.replace('V00001__change', 'V99999__new') : text));
  }
  while (uris.some((uri) => !server.published.some((params) => params.uri === uri))) await pause(10);
  // The end of the first look through the folders judges everything once more.
  await pause(2 * REST_MS);
  const [first] = uris;
  if (first === undefined) throw new Error('No plan is open.');
  return first;
}

const isMissing = ({ code }: Diagnostic): boolean => code === 'P002';

async function change(
  server: DrivenServer,
  dependant: string,
  script: string,
  isCreated: boolean,
): Promise<{ readonly ms: number; readonly judged: number }> {
  const heard = server.published.length;
  const judged = server.nextDiagnostics(dependant, (found) => found.some(isMissing) !== isCreated);
  const before = performance.now();
  await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
    changes: [{ uri: pathToFileURL(script).href, type: isCreated ? FileChangeType.Created : FileChangeType.Deleted }],
  });
  await judged;
  const ms = performance.now() - before;
  await pause(REST_MS);
  return { ms, judged: new Set(server.published.slice(heard).map(({ uri }) => uri)).size };
}
