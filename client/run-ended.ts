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
    for (const { before, after } of runs ?? []) {
      if (!before || !isOpenRun(before) || isOpenRun(after)) continue;
      // Failing to show a message is VS Code's to report.
      void tell(parts, { project, run: after.id }, after);
    }
  });
}

async function tell({ context, runPanels, followed }: EndingParts, ref: RunRef, run: RunView): Promise<void> {
  if (!followed.has(ref.run) || runPanels.isVisible(ref) || context.globalState.get<boolean>(MUTED, false)) return;
  const open = 'Open Run';
  const mute = "Don't show again";
  const { word } = runStatusLooks[run.status];
  const text = `${run.plan.name}: ${run.rollsBack ? 'on' : 'deployment to'} ${run.target} ${word}.`;
  const answer = await (run.status === 'succeeded' || run.status === 'rolled_back'
    ? window.showInformationMessage(text, open, mute)
    : window.showWarningMessage(text, open, mute));
  if (answer === open) await commands.executeCommand(commandIds.openRun, ref);
  if (answer === mute) await context.globalState.update(MUTED, true);
}
