import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalKnowledge, migrationsOf, type Plan } from '../core/index.ts';
import type { Project } from './project.ts';
import type { RunStore } from './run-store.ts';

/** Whether a file that the target has recorded is gone from the project. */
export const isGone =
  (project: Project): LocalKnowledge['isGone'] =>
  (path) =>
    !existsSync(join(project.root, path));

/** The plan's scripts whose last try on its target failed, by the journals of the latest runs. */
export async function failedLocally(store: RunStore, plan: Plan): Promise<ReadonlySet<string>> {
  const paths = new Map(migrationsOf(plan).map(({ id, script }) => [id, script.path]));
  for (const run of (await store.list()).slice(0, 20)) {
    const record = await store.record(run);
    if (record?.purpose.type !== 'deploy' || record.target !== plan.target.id || record.planFile !== plan.source.file)
      continue;
    const failed = record.operations.filter(({ status }) => status === 'failed').map(({ id }) => paths.get(id));
    return new Set(failed.filter((path) => path !== undefined));
  }
  return new Set();
}
