import type { Command } from 'commander';
import type { TargetId } from '../../core/index.ts';
import { type AnyShape, type MarkChoice, planMarkApplied } from '../../runner/index.ts';
import { type Cli, expectOk, type Opened } from '../context.ts';
import { filesOf, firstPending, type LimitOptions, limitNote, withLimitOption } from '../limit-option.ts';
import { inputFailure, namedMigrations, namedTarget, openPlan } from '../named-plan.ts';
import { type ChangeOptions, changeHistory, changeShape, reasonOf, withChangeOptions } from './change-history.ts';

interface MarkOptions extends ChangeOptions, LimitOptions {
  readonly file?: readonly string[];
  readonly to?: string;
}

export const addMigrationMarkApplied = (migration: Command, cli: Cli): void => {
  withLimitOption(
    withChangeOptions(
      migration
        .command('mark-applied')
        .description('record migrations as applied that somebody applied by hand; runs none of them')
        .argument(
          '[plan]',
          'a plan document (*.srdeploy) or a folder of migrations; or name a database with --database',
        )
        .option(
          '--file <file>',
          'this migration: its path, or as much of its end as names one alone; repeatable',
          collect,
        )
        .option('--to <version>', 'all migrations up to this version'),
    ),
    'record at most so many, the first ones',
  ).action(
    cli.ends(async (plan: string | undefined, _options: object, command: Command) =>
      markApplied(cli, plan, command.optsWithGlobals()),
    ),
  );
};

const collect = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

async function markApplied(cli: Cli, plan: string | undefined, options: MarkOptions): Promise<number> {
  const choice = choiceOf(options);
  const reason = reasonOf(options);
  const opened = await openPlan(cli, namedMigrations(plan, options.database), options, options.dryRun ? 'read' : 'act');
  const asked = {
    ...opened,
    target: namedTarget(options.target),
    shape: changeShape(options),
    by: cli.by,
  };
  const limited = await limitedChoice(cli, asked, choice, options.limit);
  const view = expectOk(await planMarkApplied({ ...asked, choice: limited, reason }, new AbortController().signal));
  return changeHistory(cli, opened, view, options);
}

type Asked = Opened & { readonly file: string; readonly target: TargetId | undefined; readonly shape: AnyShape };

/** The choice, with no more migrations than the limit allows. */
async function limitedChoice(
  cli: Cli,
  asked: Asked,
  choice: MarkChoice,
  limit: number | undefined,
): Promise<MarkChoice> {
  if (limit === undefined) return choice;
  const [files, left] =
    choice.type === 'files'
      ? [choice.files.slice(0, limit), choice.files.slice(limit)]
      : await firstUpTo(choice.version, cli, asked, limit);
  if (left.length === 0) return choice;
  cli.err.write(limitNote(files.length, left));
  return { type: 'files', files };
}

/** Those that wait up to a version: as many as the limit takes, and the others. */
async function firstUpTo(
  version: string,
  cli: Cli,
  asked: Asked,
  limit: number,
): Promise<readonly [files: readonly string[], left: readonly string[]]> {
  const shape: AnyShape = { ...asked.shape, to: version };
  const limited = await firstPending(asked, { target: asked.target, shape, by: cli.by, limit });
  return [filesOf(limited?.taken ?? []), filesOf(limited?.left ?? [])];
}

function choiceOf({ file = [], to }: MarkOptions): MarkChoice {
  if (file.length > 0 && to === undefined) return { type: 'files', files: file };
  if (file.length === 0 && to !== undefined) return { type: 'to', version: to };
  throw inputFailure('USAGE', 'Name the migrations with --file, or all up to one with --to: one of the two.');
}
