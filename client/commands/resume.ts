import { window } from 'vscode';
import type { Desk } from '../desk.ts';
import { answerNeeds, noConsent } from '../dialogs/answer-needs.ts';
import { askSettlements } from '../dialogs/ask-settlements.ts';
import { secretsOf } from '../planning.ts';
import { showDifferences } from '../script-documents.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';
import { startAndShow } from './start-and-show.ts';

/** Starts the next attempt of a run: what has succeeded is skipped, amended scripts are shown and confirmed first. */
export async function resume(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await runFor(desk, argument, 'Resume Deployment', ({ resumeFrom }) => resumeFrom !== undefined);
  if (!ref) return;
  const preview = await desk.serve.ask('resume-preview', ref);
  if (!preview.ok) {
    void window.showErrorMessage(`The run cannot be resumed. ${preview.error.message}`);
    return;
  }
  const { run, amendments } = preview.reply;
  const what = `Resume ${run.plan.name}`;
  const consent = await answerNeeds(
    amendments.length > 0 ? [{ type: 'confirm-amendment', amendments }] : [],
    // A resume takes the lock before it writes anything: it cannot wait for approvals.
    { ...noConsent, approvals: 'refuse' },
    what,
    (amendments) => showDifferences(ref, amendments),
  );
  if (!consent) return;
  const settle = await askSettlements(run);
  if (!settle) return;
  const secrets = await secretsOf(desk, { project: ref.project, file: run.plan.file, target: run.target }, true);
  if ('type' in secrets) return;
  await startAndShow(desk, what, {
    v: 1,
    verb: 'resume',
    project: ref.project,
    run: ref.run,
    plan: undefined,
    by: desk.actor,
    consent: settle.length > 0 ? { ...consent, settle } : consent,
    secrets: secrets.values,
  });
}
