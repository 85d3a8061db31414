import type { Plan, RunId } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { type FolderLook, folderUpToDate } from '../../runner/index.ts';
import { type Cli, type CommonOptions, printJson, printLines } from '../context.ts';
import { namedTarget, openPlan } from '../named-plan.ts';
import { type ShapeOptions, shapeOf } from '../plan-options.ts';
import { safeLine } from '../text/safe-text.ts';

/** A folder of migrations of which a target has applied everything. */
export interface AppliedFolder {
  readonly target: string;
  readonly migrations: number;
}

/** The options of `run` that this depends on. */
interface FolderOptions extends CommonOptions, ShapeOptions {
  readonly target?: string;
  readonly dryRun?: true;
  readonly events?: true;
}

/**
 * A folder as it is, of which everything may be applied; undefined for anything else, and where the plan itself is asked for. `run` will be asked
 * for otherwise, in this process.
 */
export async function lookAtFolder(
  cli: Cli,
  file: string,
  options: FolderOptions,
  run: RunId | undefined,
): Promise<FolderLook | undefined> {
  const { to, outOfOrder, duplicates, recursive } = shapeOf(options);
  if (options.dryRun || to !== undefined || recursive || outOfOrder?.length || duplicates?.length) return undefined;
  const target = namedTarget(options.target);
  const opened = await openPlan(cli, file, options);
  return folderUpToDate({ ...opened, target, run }, new AbortController().signal);
}

/** There is nothing to run, and so no run. */
export function endUnchanged(cli: Cli, { target, migrations }: AppliedFolder, options: FolderOptions): number {
  if (options.json) printJson(cli, { run: null, target, migrations });
  else if (!options.events)
    printLines(cli, [
      `Nothing to do on ${target}: ${migrations} migration${migrations === 1 ? ' is' : 's are'} applied.`,
    ]);
  return exitCodes.done;
}

/** No file matches a pattern of any group: there is nothing to run, which is not the same as a run that succeeded. Spec: rulings, "Hooks". */
export function endIdle(cli: Cli, { target, idle = [] }: Plan, options: FolderOptions): number {
  if (options.json) printJson(cli, { run: null, target: target.id, idle });
  else if (!options.events) {
    const groups = idle.map(safeLine).join(', ');
    printLines(cli, [`Nothing to do on ${target.id}: no file matches the patterns of these groups: ${groups}.`]);
  }
  return exitCodes.done;
}
