import { checkPlanText, type DeployConfig, isError, isProduction, runView, type TargetId } from '../../core/index.ts';
import type { PlanDocumentView } from '../../protocol/index.ts';
import { livenessOf } from '../liveness.ts';
import { projectFacts } from '../project-facts.ts';
import { planDocumentsOf } from '../verbs/validate.ts';
import { readConfig } from './read-config.ts';
import type { ServeProject } from './serve-projects.ts';

/** How many of the latest runs are looked through for the last one of each plan and target. */
const lookBack = 500;

/** The plan documents of a project, each with its last run on each target. */
export async function planDocuments(opened: ServeProject): Promise<readonly PlanDocumentView[]> {
  const config = await readConfig(opened);
  const runs = await opened.history.runs(lookBack);
  return Promise.all(planDocumentsOf(opened.project).map((file) => planDocument(file, config, runs, opened)));
}

async function planDocument(
  file: string,
  config: DeployConfig | undefined,
  runs: Awaited<ReturnType<ServeProject['history']['runs']>>,
  { project, world, store }: ServeProject,
): Promise<PlanDocumentView> {
  const read = await world.files.readText(file);
  const checked = read.type === 'found' ? checkPlanText(file, read.text, projectFacts(project.root)) : undefined;
  const problem = checked ? checked.problems.find(isError)?.message : `${file} cannot be read.`;
  const document = checked?.document;
  const newest = new Map<TargetId, (typeof runs)[number]>();
  for (const run of runs) if (run.planFile === file && !newest.has(run.target)) newest.set(run.target, run);
  const lastRuns = await Promise.all(
    [...newest.values()].map(async (record) => {
      const view = runView(record, await livenessOf(record, store.folder(record.id), world));
      return { target: view.target, run: view.id, status: view.status, at: view.finishedAt ?? view.createdAt };
    }),
  );
  const own = document?.targetEnv;
  const kind = own && config?.targets.get(own.id.value)?.value.kind;
  return {
    file,
    name: document?.name ?? file,
    ...(own && { target: own.id.value }),
    production: own ? isProduction({ id: own.id.value, name: own.name, kind }) : false,
    ...(problem !== undefined && { problem }),
    lastRuns,
  };
}
