import { planReferences, runView } from '../../core/index.ts';
import { exitCodes, type ServeRequest, type ServeVerb, type ServeVerbs } from '../../protocol/index.ts';
import { type AnyShape, compilePlan } from '../compile-plan.ts';
import { actor } from '../create-world.ts';
import { folderUpToDate } from '../folder-up-to-date.ts';
import { keptScript } from '../kept-scripts.ts';
import { isFolder } from '../migration-folder.ts';
import { findingView, ok, type Result, refuse } from '../result.ts';
import { migrationStatus } from '../verbs/migration-status.ts';
import { planView } from '../verbs/plan.ts';
import { previewResume } from '../verbs/resume.ts';
import { planRollback } from '../verbs/rollback.ts';
import { showRun, viewRun } from '../verbs/runs.ts';
import { testTarget } from '../verbs/target-test.ts';
import { validateFile } from '../verbs/validate.ts';
import { configView } from './config-view.ts';
import { groupFileCounts } from './group-file-counts.ts';
import { planDocuments } from './plan-documents.ts';
import { recordedScripts } from './recorded-scripts.ts';
import type { ServeProjects } from './serve-projects.ts';
import { secretsOfTarget, secretsToTest } from './target-secrets.ts';
import { targetsView } from './targets-view.ts';

type Reply<Verb extends ServeVerb> = Promise<Result<ServeVerbs[Verb]['reply']>>;
type Request<Verb extends ServeVerb> = ServeVerbs[Verb]['request'];

/** The answer to one question of a window. */
export function answerVerb(request: ServeRequest, projects: ServeProjects): Reply<ServeVerb> {
  switch (request.verb) {
    case 'plans':
      return plans(request.request, projects);
    case 'config':
      return config(request.request, projects);
    case 'group-files':
      return groupFiles(request.request, projects);
    case 'targets':
      return targets(request.request, projects);
    case 'target-secrets':
      return targetSecrets(request.request, projects);
    case 'target-test':
      return targetTest(request.request, projects);
    case 'up-to-date':
      return upToDate(request.request, projects);
    case 'plan':
      return plan(request.request, projects);
    case 'rollback-plan':
      return rollbackPlan(request.request, projects);
    case 'runs':
      return runs(request.request, projects);
    case 'run':
      return run(request.request, projects);
    case 'resume-preview':
      return resumePreview(request.request, projects);
    case 'kept-script':
      return keptText(request.request, projects);
    case 'required-secrets':
      return requiredSecrets(request.request, projects);
    case 'migration-status':
      return status(request.request, projects);
    case 'recorded-scripts':
      return recorded(request.request, projects);
    case 'validate':
      return validate(request.request, projects);
    case 'watch':
      return Promise.resolve(ok({}));
  }
}

async function plans({ project }: Request<'plans'>, projects: ServeProjects): Reply<'plans'> {
  return ok({ plans: await planDocuments(await projects.open(project)) });
}

async function config({ project, file }: Request<'config'>, projects: ServeProjects): Reply<'config'> {
  return ok({ config: (await configView(await projects.open(project), file)) ?? null });
}

async function groupFiles({ project, file }: Request<'group-files'>, projects: ServeProjects): Reply<'group-files'> {
  return ok({ counts: await groupFileCounts(await projects.open(project), file) });
}

async function targets({ project }: Request<'targets'>, projects: ServeProjects): Reply<'targets'> {
  return ok(await targetsView(await projects.open(project)));
}

async function targetSecrets(
  { project, target }: Request<'target-secrets'>,
  projects: ServeProjects,
): Reply<'target-secrets'> {
  const secrets = await secretsToTest(target, await projects.open(project));
  return secrets.type === 'error' ? secrets : ok({ secrets: secrets.value });
}

async function targetTest(
  { project, target, timeoutMs, secrets }: Request<'target-test'>,
  projects: ServeProjects,
): Reply<'target-test'> {
  const opened = await projects.open(project, secrets);
  const probes = await testTarget({ ...opened, target, timeoutMs }, new AbortController().signal);
  return probes.type === 'error' ? probes : ok({ probes: probes.value });
}

async function upToDate(
  { project, file, target, secrets }: Request<'up-to-date'>,
  projects: ServeProjects,
): Reply<'up-to-date'> {
  const opened = await projects.open(project, secrets);
  const asked = { ...opened, file, target, run: undefined };
  const look = await folderUpToDate(asked, new AbortController().signal);
  return ok({ migrations: look.type === 'applied' ? look.migrations : null });
}

async function plan(
  { project, file, target, groups, secrets }: Request<'plan'>,
  projects: ServeProjects,
): Reply<'plan'> {
  const opened = await projects.open(project, secrets);
  const asked = { ...opened, file, target, shape: shapeOf(groups), by: actor(process.env) };
  return planView(asked, new AbortController().signal);
}

const shapeOf = (groups: readonly string[] | undefined): AnyShape | undefined =>
  groups && groups.length > 0 ? { groups } : undefined;

async function rollbackPlan(
  { project, run: of, secrets }: Request<'rollback-plan'>,
  projects: ServeProjects,
): Reply<'rollback-plan'> {
  const opened = await projects.open(project, secrets);
  return planRollback({ ...opened, of, by: actor(process.env) }, new AbortController().signal);
}

async function recorded(
  { project, target, scripts }: Request<'recorded-scripts'>,
  projects: ServeProjects,
): Reply<'recorded-scripts'> {
  return ok(await recordedScripts(target, scripts, await projects.open(project)));
}

async function runs({ project, limit }: Request<'runs'>, projects: ServeProjects): Reply<'runs'> {
  const { history, store, world } = await projects.open(project);
  const records = await history.runs(limit);
  return ok({ runs: await Promise.all(records.map((record) => viewRun(record, store, world))) });
}

async function run({ project, run: id }: Request<'run'>, projects: ServeProjects): Reply<'run'> {
  const { store, world } = await projects.open(project);
  const view = await showRun(store, id, world);
  return view
    ? ok({ run: view })
    : refuse('NO_SUCH_RUN', `There is no run ${id} in this project.`, exitCodes.invalidInput);
}

async function resumePreview(
  { project, run: id }: Request<'resume-preview'>,
  projects: ServeProjects,
): Reply<'resume-preview'> {
  const opened = await projects.open(project);
  const preview = await previewResume({ ...opened, run: id });
  if (preview.type === 'error') return preview;
  const { record, amendments, differences } = preview.value;
  const skips = record.operations.filter(
    ({ phase, status }) =>
      phase === 'step' && (status === 'succeeded' || status === 'skipped' || status === 'nothing-to-do'),
  ).length;
  return ok({ run: runView(record, 'dead'), amendments, differences, skips });
}

async function keptText(
  { project, run: id, checksum }: Request<'kept-script'>,
  projects: ServeProjects,
): Reply<'kept-script'> {
  const { store } = await projects.open(project);
  const text = await keptScript(store.folder(id), checksum);
  return text === undefined
    ? refuse('SCRIPT_NOT_KEPT', `Run ${id} did not keep the text of that script.`, exitCodes.invalidInput)
    : ok({ text });
}

async function requiredSecrets(
  { project, file, target, groups }: Request<'required-secrets'>,
  projects: ServeProjects,
): Reply<'required-secrets'> {
  const opened = await projects.open(project);
  const isOfFolder = target !== undefined && isFolder(opened.project, file);
  const secrets = isOfFolder ? await secretsOfTarget(target, opened) : undefined;
  if (secrets) return ok({ secrets });
  const compiled = await compilePlan({ ...opened, file, target, shape: shapeOf(groups) });
  if (compiled.type === 'error') return compiled;
  const names = planReferences(compiled.value.plan).flatMap(({ kind, name }) => (kind === 'secret' ? [name] : []));
  return ok({ secrets: [...new Set(names)] });
}

async function status(
  { project, file, target, secrets }: Request<'migration-status'>,
  projects: ServeProjects,
): Reply<'migration-status'> {
  const opened = await projects.open(project, secrets);
  const view = await migrationStatus({ ...opened, file, target, by: actor(process.env) }, new AbortController().signal);
  if (view.type === 'error') return view;
  const { unreached, findings, ...told } = view.value;
  return ok({ ...told, findings: findings.map(findingView), ...(unreached !== undefined && { unreached }) });
}

async function validate({ project, file }: Request<'validate'>, projects: ServeProjects): Reply<'validate'> {
  const opened = await projects.open(project);
  return ok({ findings: (await validateFile(opened.project, file, opened.world)).findings });
}
