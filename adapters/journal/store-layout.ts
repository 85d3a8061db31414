import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunId, type RunId } from '../../core/index.ts';
import { onCode } from '../durable/error-code.ts';
import { syncFolder } from '../durable/sync-folder.ts';

/** `.srdeploy` of a project: everything that is written for it. Spec: design, "Processes and files". */
export const storeFolder = (project: string): string => join(project, '.srdeploy');
export const runsFolder = (project: string): string => join(storeFolder(project), 'runs');
export const runFolder = (project: string, run: RunId): string => join(runsFolder(project), run);
/** The journal in the folder of a run. */
export const journalFile = (folder: string): string => join(folder, 'events.jsonl');

/** Makes `.srdeploy` with its own `.gitignore`, readable by this user alone, where it is missing. */
export async function ensureStore(project: string): Promise<void> {
  const store = storeFolder(project);
  for (const folder of [store, ...['runs', 'state'].map((name) => join(store, name))]) {
    await mkdir(folder, { mode: 0o700 }).catch(onCode(['EEXIST'], undefined));
  }
  await ignoreAll(store);
  await syncFolder(store);
}

async function ignoreAll(store: string): Promise<void> {
  const handle = await open(join(store, '.gitignore'), 'wx', 0o600).catch(onCode(['EEXIST'], undefined));
  if (!handle) return;
  try {
    await handle.writeFile('*\n');
  } finally {
    await handle.close();
  }
}

/** The runs of a project that have a folder, newest first; none where nothing was ever run. */
export async function listRuns(project: string): Promise<readonly RunId[]> {
  const names = await readdir(runsFolder(project)).catch(onCode<string[]>(['ENOENT'], []));
  return names.filter(isRunId).sort((a, b) => (a < b ? 1 : -1));
}
