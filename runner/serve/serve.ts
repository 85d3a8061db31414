import { type FSWatcher, watch } from 'node:fs';
import { createInterface } from 'node:readline';
import { isRunId, type RunId } from '../../core/index.ts';
import { exitCodes, type ServeMessage, type ServeRequest } from '../../protocol/index.ts';
import { jsonLine } from '../control/json-lines.ts';
import { answerVerb } from './answer-verb.ts';
import { createServeProjects } from './serve-projects.ts';

/** Answers questions on standard input until it ends; reads and never acts. One process per window. Spec: design, "runner serve". */
export async function serve(dist: string, env: NodeJS.ProcessEnv): Promise<number> {
  const projects = createServeProjects(dist, env);
  const watchers = new Map<string, FSWatcher>();
  const write = (message: ServeMessage) => process.stdout.write(jsonLine(message));
  process.stdout.on('error', () => process.exit(exitCodes.done)); // The window is gone.
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const request = JSON.parse(line) as ServeRequest;
    void answer(request).then(write);
  }
  for (const watcher of watchers.values()) watcher.close();
  await projects.close();
  return exitCodes.done;

  async function answer(request: ServeRequest): Promise<ServeMessage> {
    const { id } = request;
    try {
      if (request.verb === 'watch') await watchRuns(request.request.project);
      const result = await answerVerb(request, projects);
      return result.type === 'ok' ? { id, ok: true, reply: result.value } : { id, ok: false, error: result.error };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { id, ok: false, error: { code: 'INTERNAL_ERROR', message, exitCode: exitCodes.internal } };
    }
  }

  async function watchRuns(project: string): Promise<void> {
    if (watchers.has(project)) return;
    const folder = await projects.runsFolder(project);
    const changed = new Set<RunId>();
    let timer: NodeJS.Timeout | undefined;
    const flush = () => {
      timer = undefined;
      write({ event: 'runs-changed', project, runs: [...changed] });
      changed.clear();
    };
    const watcher = watch(folder, { recursive: true }, (_kind, name) => {
      const [run] = (name ?? '').split(/[\\/]/);
      if (run === undefined || !isRunId(run)) return;
      changed.add(run);
      timer = timer ?? setTimeout(flush, 200);
    });
    watcher.on('error', () => watcher.close()); // The folder went away; the window asks again when it looks.
    watchers.set(project, watcher);
  }
}
