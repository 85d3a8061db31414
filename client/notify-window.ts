import { commands, window } from 'vscode';
import type { Audience, RunView } from '../core/index.ts';
import { lookOf, runStatusLooks } from '../protocol/index.ts';
import { commandIds } from './names.ts';
import { type EndingParts, isEndTold, workOf } from './run-ended.ts';
import type { RunRef } from './run-files.ts';
import { actionOf, noticesOf, noticeToTell, type RunNotice, waitOf } from './run-notices.ts';
import type { RunsChange } from './runs-store.ts';
import type { Answers } from './serve-client.ts';

interface WindowParts extends EndingParts {
  readonly serve: Answers;
  readonly log: { warn(text: string): void };
}

/**
 * Shows a message for what the `vscode` channels of a project's deploy config ask for, of every run of the project, whoever started it: each
 * event once, and nothing that the person looks at or is told of as the end of their own run. Docs: notifications.
 */
export function notifyWindow(parts: WindowParts): { dispose(): void } {
  const since = Date.now();
  const seen = new Map<string, RunView>();
  const told = new Set<string>();
  return parts.runs.onChange(({ project, runs }) => {
    for (const { before, after } of runs ?? unnamed(parts.runs.known(project))) {
      const last = seen.get(after.id) ?? before;
      seen.set(after.id, after);
      const notices = noticesOf(last, after, since).filter(({ key }) => !told.has(key));
      for (const { key } of notices) told.add(key);
      // Failing to show a message is VS Code's to report.
      if (notices.length > 0 && !isEndTold(parts, { before, after }))
        void tell(parts, { project, run: after }, notices);
    }
  });
}

/** All runs of a project, where nobody says which of them changed. */
const unnamed = (runs: readonly RunView[]): NonNullable<RunsChange['runs']> =>
  runs.map((after) => ({ before: undefined, after }));

async function tell(
  parts: WindowParts,
  { project, run }: { readonly project: string; readonly run: RunView },
  notices: readonly RunNotice[],
): Promise<void> {
  const notice = noticeToTell(notices, run, await channelsOf(parts, project));
  const ref: RunRef = { project, run: run.id };
  if (!notice || parts.runPanels.isVisible(ref)) return;
  const action = actionOf(notice, run);
  const buttons = action === undefined ? [open] : [open, titles[action]];
  const text = unlinked(textOf(notice, run));
  const answer = await (notice.event === 'waiting' || notice.event === 'failed'
    ? window.showWarningMessage(text, ...buttons)
    : window.showInformationMessage(text, ...buttons));
  if (answer === open) await commands.executeCommand(commandIds.openRun, ref);
  else if (answer !== undefined && action) await commands.executeCommand(commandIds[action], ref);
}

const open = 'Open Run';
const titles = { resume: 'Resume', approve: 'Approve' } as const;

/** As the config says now; none where it cannot be read. */
async function channelsOf({ serve, log }: WindowParts, project: string): Promise<readonly Audience[]> {
  const answer = await serve.ask('config', { project, file: undefined });
  if (answer.ok) return answer.reply.config?.vscodeChannels ?? [];
  log.warn(`Whom to tell of the runs of ${project} could not be read: ${answer.error.message}`);
  return [];
}

function textOf({ event }: RunNotice, run: RunView): string {
  const what = workOf(run);
  if (event === 'started') return `${what} was started by ${run.attempts.at(-1)?.by ?? run.by}.`;
  if (event !== 'waiting') return `${what} ${lookOf(runStatusLooks, run.status).word}.`;
  const wait = waitOf(run);
  return wait?.reason === 'pause' ? `${what} waits: ${wait.message}` : `${what} waits for approval.`;
}

/** A name is no link, whatever it looks like: VS Code makes one of `[text](address)`. */
const unlinked = (text: string): string => text.replaceAll('](', '] (');
