import { commands, type ExtensionContext, window } from 'vscode';
import { type RunView, runStatusLooks } from '../protocol/index.ts';
import { commandIds } from './names.ts';
import type { RunPanels } from './panels/run-panels.ts';
import type { RunRef } from './run-files.ts';
import { isOpenRun, type RunsStore } from './runs-store.ts';

const MUTED = 'runEndedMuted';

/** What decides whether a run's end is told. */
export interface EndingParts {
  readonly context: ExtensionContext;
  readonly runs: RunsStore;
  readonly runPanels: RunPanels;
  /** Runs that this window started or showed. */
  readonly followed: ReadonlySet<string>;
}

/** Tells once that a run of this window has ended, if nobody is looking at it and the person has not asked for silence. */
export function tellEndedRuns(parts: EndingParts): { dispose(): void } {
  return parts.runs.onChange(({ project, runs }) => {
    for (const change of runs ?? []) {
      // Failing to show a message is VS Code's to report.
      if (isEndTold(parts, change)) void tell(parts, { project, run: change.after.id }, change.after);
    }
  });
}

/** Whether this is the end of a run that is told here, unless the person looks at it. */
export const isEndTold = (
  { context, followed }: Pick<EndingParts, 'context' | 'followed'>,
  { before, after }: { readonly before: RunView | undefined; readonly after: RunView },
): boolean =>
  before !== undefined &&
  isOpenRun(before) &&
  !isOpenRun(after) &&
  followed.has(after.id) &&
  !context.globalState.get<boolean>(MUTED, false);

/** What a message calls a run; a rollback's name says that it is one. */
export const workOf = ({ plan, target, rollsBack }: RunView): string =>
  `${plan.name}: ${rollsBack ? 'on' : 'deployment to'} ${target}`;

async function tell({ context, runPanels }: EndingParts, ref: RunRef, run: RunView): Promise<void> {
  if (runPanels.isVisible(ref)) return;
  const open = 'Open Run';
  const mute = "Don't show again";
  const text = `${workOf(run)} ${runStatusLooks[run.status].word}.`;
  const answer = await (run.status === 'succeeded' || run.status === 'rolled_back'
    ? window.showInformationMessage(text, open, mute)
    : window.showWarningMessage(text, open, mute));
  if (answer === open) await commands.executeCommand(commandIds.openRun, ref);
  if (answer === mute) await context.globalState.update(MUTED, true);
}
