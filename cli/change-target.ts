import { isTargetId, type TargetChange, type TargetId } from '../core/index.ts';
import { exitCodes } from '../protocol/index.ts';
import { changeConfiguredTarget } from '../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from './context.ts';
import { inputFailure, namedTarget } from './named-plan.ts';
import { safeLine } from './text/safe-text.ts';

/** The id that a command was given for a target; exit 7 where it cannot be one. */
export function targetIdOf(word: string): TargetId {
  const id = namedTarget(word);
  if (id === undefined || !isTargetId(id)) throw inputFailure('BAD_TARGET', 'Name a target.');
  return id;
}

const done = { add: ['Added', 'to'], update: ['Changed', 'in'], remove: ['Removed', 'from'] } as const;

/** Changes the deploy config and says what was done; what is not quite in order is told on standard error. */
export async function changeTargetWith(cli: Cli, change: TargetChange, options: CommonOptions): Promise<number> {
  const { project, world } = await openProject(cli, options, { access: 'act' });
  const asked = { project, world, dist: cli.dist, by: cli.by };
  const { file, outcome, target, notMirrored } = expectOk(await changeConfiguredTarget(change, asked));
  if (notMirrored !== undefined)
    cli.err.write(
      `The history's table of targets was not brought up to date; the next change makes it: ${safeLine(notMirrored)}\n`,
    );
  if (options.json) {
    printJson(cli, { file, outcome, ...(target ? { target } : { removed: change.id }) });
    return exitCodes.done;
  }
  const where = outcome === 'created' ? `${file}, which was made` : file;
  const [verb, place] = done[change.type];
  const said =
    outcome === 'unchanged'
      ? `The target ${change.id} is in ${file} already as it should be. Nothing was changed.`
      : `${verb} the target ${change.id} ${place} ${where}.`;
  const strict = target?.production ? ['It is PRODUCTION: every run on it needs its id typed.'] : [];
  printLines(cli, [said, ...strict]);
  return exitCodes.done;
}
