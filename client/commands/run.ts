import { ProgressLocation, window } from 'vscode';
import { targetId } from '../../core/index.ts';
import type { PlanView } from '../../protocol/index.ts';
import type { Desk } from '../desk.ts';
import { answerNeeds, noConsent } from '../dialogs/answer-needs.ts';
import { makePlan, type Planned, saveFilesOf, secretsOf } from '../planning.ts';
import { isFolderRef, type PlanRef } from '../project-of.ts';
import { scopedPlanFor } from './pick.ts';
import { refuses } from './refuse.ts';
import { newRun, startAndShow } from './start-and-show.ts';

/** Plans a document, asks for what the plan needs, starts it and shows the run. With an error in the plan nothing starts. */
export async function run(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await scopedPlanFor(desk, argument, 'Run Deployment');
  if (!ref) return;
  const shown = shownPlan(argument);
  if (!shown && (await isDone(desk, ref))) return;
  const planned = shown ?? (await makePlan(desk, ref, true));
  if (planned.type === 'given-up') return;
  if (planned.type === 'refused' || hasErrors(planned.view)) await desk.planPanels.show(ref, planned);
  else await runPlanned(desk, ref, planned);
}

/** Of a folder that the target has applied as it is, that is said and nothing is planned. */
async function isDone(desk: Desk, ref: PlanRef): Promise<boolean> {
  if (ref.target === undefined || !isFolderRef(ref)) return false;
  const secrets = await secretsOf(desk, ref, false);
  if ('type' in secrets) return false; // Planning asks for them.
  const { project, file } = ref;
  await saveFilesOf(project);
  const request = { project, file, target: targetId(ref.target), secrets: secrets.values };
  const answer = await window.withProgress(
    { location: ProgressLocation.Window, title: `Looking at ${ref.target}` },
    async () => desk.serve.ask('up-to-date', request),
  );
  const migrations = answer.ok ? answer.reply.migrations : null;
  if (migrations === null) return false;
  const are = migrations === 1 ? '1 migration is' : `${migrations} migrations are`;
  void window.showInformationMessage(`Nothing to do on ${ref.target}: ${are} applied.`);
  return true;
}

async function runPlanned(desk: Desk, { project }: PlanRef, { view, secrets }: Extract<Planned, { type: 'planned' }>) {
  const what = `Run ${view.plan.source.name}`;
  const consent = await answerNeeds(view.needs, noConsent, what);
  if (!consent) return;
  await startAndShow(desk, what, {
    v: 1,
    verb: 'run',
    project,
    run: newRun(),
    plan: view.plan,
    by: desk.actor,
    consent,
    secrets,
  });
}

/** The very plan that a preview shows, where the preview asked. */
function shownPlan(argument: unknown): Planned | undefined {
  const { planned } = (argument ?? {}) as { readonly planned?: Planned };
  return planned?.type === 'planned' ? planned : undefined;
}

const hasErrors = (view: PlanView): boolean => view.findings.some(({ severity }) => severity === 'error');
