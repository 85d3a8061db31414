import { randomInt } from 'node:crypto';
import { window } from 'vscode';
import { chanceInId, newRunId, type RunId } from '../../core/index.ts';
import type { ErrorView, StartRequest } from '../../protocol/index.ts';
import type { Desk } from '../desk.ts';
import { answerNeeds } from '../dialogs/answer-needs.ts';
import { startRun } from '../runner-process.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** The runner may name needs that planning did not know; each round answers what it named. */
const ROUNDS = 3;

export const newRun = (): RunId =>
  newRunId(new Date(), Array.from({ length: chanceInId }, () => LETTERS[randomInt(LETTERS.length)]).join(''));

/** Starts a run or its next attempt and shows it. What the runner still needs is asked for; what it refuses is told. */
export async function startAndShow(desk: Desk, what: string, request: StartRequest): Promise<void> {
  let asked = request;
  for (let round = 1; ; round += 1) {
    const reply = await startRun(desk.runner, asked);
    if (reply.type === 'started') {
      await show(desk, { project: request.project, run: reply.run });
      return;
    }
    const needs = reply.error.needs ?? [];
    if (needs.length === 0 || round === ROUNDS) {
      await tellRefusal(desk, what, reply.error);
      return;
    }
    const consent = await answerNeeds(needs, asked.consent, what);
    if (!consent) return;
    asked = { ...asked, consent };
  }
}

async function show(desk: Desk, ref: { readonly project: string; readonly run: RunId }): Promise<void> {
  desk.followed.add(ref.run);
  desk.runPanels.show(ref);
  await desk.runs.refresh(ref.project, [ref.run]);
}

async function tellRefusal(desk: Desk, what: string, error: ErrorView): Promise<void> {
  const problems = (error.problems ?? []).map(({ code, message }) => `${code}: ${message}`);
  desk.log.error([`${what}: ${error.code}: ${error.message}`, ...problems].join('\n'));
  const details = 'Show Details';
  const first = problems[0] ? ` ${problems[0]}` : '';
  const answer = await window.showErrorMessage(
    `${what} was not started. ${error.message}${first}`,
    ...(problems.length > 1 ? [details] : []),
  );
  if (answer === details) desk.log.show();
}
