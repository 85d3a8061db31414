import { window } from 'vscode';
import type { Desk } from '../desk.ts';
import { answerNeeds, noConsent } from '../dialogs/answer-needs.ts';
import type { Planned } from '../planning.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';
import { newRun, startAndShow } from './start-and-show.ts';

/** Shows the way back of a run in a preview; asked by the preview, confirms it and runs it in a run of its own. */
export async function rollback(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await runFor(desk, argument, 'Roll Back', ({ canRollBack }) => canRollBack === true);
  if (!ref) return;
  const { planned } = (argument ?? {}) as { readonly planned?: Planned };
  if (planned?.type === 'planned') {
    await runRollback(desk, ref.project, planned);
    return;
  }
  const answer = await desk.serve.ask('run', ref);
  if (!answer.ok) {
    void window.showErrorMessage(`The run cannot be rolled back. ${answer.error.message}`);
    return;
  }
  const { plan, target } = answer.reply.run;
  await desk.planPanels.show({ project: ref.project, file: plan.file, target, rollback: ref.run });
}

async function runRollback(
  desk: Desk,
  project: string,
  { view, secrets }: Extract<Planned, { readonly type: 'planned' }>,
): Promise<void> {
  const what = view.plan.source.name;
  const consent = await answerNeeds(view.needs, noConsent, what);
  if (!consent) return;
  await startAndShow(desk, what, {
    v: 1,
    verb: 'rollback',
    project,
    run: newRun(),
    plan: view.plan,
    by: desk.actor,
    consent,
    secrets,
  });
}
