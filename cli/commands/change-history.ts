import type { Command } from 'commander';
import { describeNeed } from '../../core/index.ts';
import { exitCodes, lookOf, migrationStateLooks } from '../../protocol/index.ts';
import { type AnyShape, freshRunId, type HistoryPlanView, startPlan } from '../../runner/index.ts';
import type { ActCommandOptions } from '../act-options.ts';
import { type Cli, type Opened, printJson, printLines } from '../context.ts';
import { inputFailure } from '../named-plan.ts';
import { withDatabaseOption } from '../plan-options.ts';
import { differenceLines } from '../text/difference-lines.ts';
import { safeLine } from '../text/safe-text.ts';
import { table } from '../text/table.ts';
import { act } from './run.ts';

export interface ChangeOptions extends ActCommandOptions {
  readonly target?: string;
  readonly reason?: string;
  readonly recursive?: true;
  readonly database?: string;
  readonly dryRun?: true;
}

/** Options of what changes the history of a target by hand. */
export const withChangeOptions = (command: Command): Command =>
  withDatabaseOption(command)
    .option('--target <id>', 'the target, instead of the document’s own; a folder needs it')
    .option('--reason <text>', 'why; it stands in the journal and in the target’s history')
    .option('--recursive', 'follow the folders below a folder of migrations')
    .option('--dry-run', 'show what would change and change nothing')
    .option('--yes', 'confirm the change, on targets other than production')
    .option(
      '--confirm <text>',
      'give a typed confirmation, such as the id of a production target; repeatable',
      collect,
    );

const collect = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

/** How the plan is made that the change is about. */
export const changeShape = ({ recursive, database }: ChangeOptions): AnyShape => ({
  recursive: recursive === true,
  database,
});

/** The reason that a person gives; there is no change of history without one. */
export function reasonOf({ reason }: ChangeOptions): string {
  if (reason === undefined || reason.trim() === '')
    throw inputFailure(
      'REASON_MISSING',
      'Say why with --reason "…": it stands in the history for whoever reads it later.',
    );
  return reason.trim();
}

/** Shows what changes, asks for what is missing, and runs the change with a journal like any other run. */
export async function changeHistory(
  cli: Cli,
  opened: Opened,
  view: HistoryPlanView,
  options: ChangeOptions,
): Promise<number> {
  if (options.dryRun) {
    if (options.json) printJson(cli, { ...changeJson(view), dryRun: true });
    else printLines(cli, [...changeLines(view, cli), ...needLines(view), '', 'Dry run: nothing was changed.']);
    return exitCodes.done;
  }
  if (!options.json) printLines(cli, changeLines(view, cli));
  const id = freshRunId(opened.world.clock.now());
  return act(cli, opened, options, id, undefined, (act) => startPlan(view.plan, act));
}

const changeJson = ({ plan, production, changes, differences, needs }: HistoryPlanView): object => ({
  target: plan.target.id,
  production,
  action: plan.operations.flatMap((one) => (one.type === 'migration' ? [one.action] : []))[0],
  migrations: changes.map(({ file, version, state, note }) => ({
    file,
    version,
    state,
    ...(note !== undefined && { note }),
  })),
  needs,
  ...(differences.length > 0 && { differences }),
});

const changeLines = ({ plan, production, changes, differences }: HistoryPlanView, cli: Cli): readonly string[] => [
  cli.paint('strong', safeLine(plan.source.name)),
  `Target  ${plan.target.id}${production ? ' (PRODUCTION)' : ''}`,
  ...table([
    ['VERSION', 'STATE NOW', 'FILE', ''],
    ...changes.map(({ file, version, state, note }) => [
      version,
      lookOf(migrationStateLooks, state).word,
      file,
      note ?? '',
    ]),
  ]),
  ...differenceLines(differences, cli.paint),
];

const needLines = ({ needs }: HistoryPlanView): readonly string[] => needs.map((need) => safeLine(describeNeed(need)));
