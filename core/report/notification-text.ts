import { unreachable } from '../base/unreachable.ts';
import type { Waiting } from '../model/run.ts';
import type { RunNotice } from './notification-of.ts';

/** `3 m 05 s` of milliseconds: the words for people stand above core. */
export type DurationWords = (ms: number) => string;

/** What a message is headed with; one line. */
export const noticeSubject = (notice: RunNotice): string =>
  `${whatHappened(notice)}: ${notice.plan.name} on ${notice.target}`;

/** The message as plain text, a fact a line. No value holds a line end, so that none can look like another fact. */
export function noticeText(notice: RunNotice, duration: DurationWords): string {
  const facts = noticeFacts(notice, duration);
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const rest = [...failureLines(notice), ...waitingLines(notice.waiting), ...nextLines(notice)];
  return `${[noticeSubject(notice), '', ...lines, ...(rest.length > 0 ? ['', ...rest] : [])].join('\n')}\n`;
}

/** What is true of the run, name and value, in the order in which people ask. */
export function noticeFacts(notice: RunNotice, duration: DurationWords): readonly (readonly [string, string])[] {
  return [
    ...(notice.project === '' ? [] : [['Project', notice.project] as const]),
    ['Target', notice.target],
    ['Plan', notice.plan.name === notice.plan.file ? notice.plan.name : `${notice.plan.name} (${notice.plan.file})`],
    ['Run', notice.attempt > 1 ? `${notice.run}, attempt ${notice.attempt}` : notice.run],
    ...(notice.rollsBack === undefined ? [] : [['Takes back', notice.rollsBack] as const]),
    ['Status', notice.status.replace('_', ' ')],
    ['By', notice.by],
    ['At', notice.at],
    ...(notice.durationMs === undefined ? [] : [['Took', duration(notice.durationMs)] as const]),
  ];
}

/** Why it failed, where it did: the operation, the code and the first line of the message. */
export const failureText = ({ failure }: RunNotice): string | undefined =>
  failure && [failure.operation, failure.code, failure.message].filter((part) => part !== undefined).join(' ');

/** What a run waits for, in words. */
export function waitingText(waiting: Waiting | undefined): string | undefined {
  switch (waiting?.reason) {
    case undefined:
    case 'retry':
      return undefined;
    case 'approval':
      return `It has ${waiting.approvals} of ${waiting.needed} approvals.`;
    case 'pause':
      return waiting.message;
  }
}

/** What to do next, before the command that does it. */
export function nextText({ event, waiting }: RunNotice): string {
  if (event !== 'waiting') return 'Go on with';
  return waiting?.reason === 'approval' ? 'Approve it with' : 'Continue with';
}

const failureLines = (notice: RunNotice): readonly string[] => asLines(failureText(notice));
const waitingLines = (waiting: Waiting | undefined): readonly string[] => asLines(waitingText(waiting));
const nextLines = (notice: RunNotice): readonly string[] =>
  notice.next === undefined ? [] : [`${nextText(notice)}: ${notice.next}`];
const asLines = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);

function whatHappened({ event, status, waiting, rollsBack, attempt }: RunNotice): string {
  const what = rollsBack === undefined ? 'Deployment' : 'Rollback';
  switch (event) {
    case 'started':
      return attempt > 1 ? `${what} resumed` : `${what} started`;
    case 'waiting':
      return waiting?.reason === 'approval' ? `${what} waits for approval` : `${what} waits at a pause`;
    case 'succeeded':
      return `${what} succeeded`;
    case 'rolled_back':
      return 'Rolled back';
    case 'failed':
      return failedWords(what, status);
    default:
      return unreachable(event);
  }
}

function failedWords(what: string, status: RunNotice['status']): string {
  if (status === 'cancelled') return `${what} cancelled`;
  if (status === 'unknown') return `${what} ended, outcome unknown`;
  return status === 'rollback_partial' ? 'Rollback is partial' : `${what} failed`;
}
