import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { type DetectedBaseline, detectBaseline, planBaseline } from '../../runner/index.ts';
import { type Cli, expectOk, printJson, printLines } from '../context.ts';
import {
  filesOf,
  firstPending,
  type LimitOptions,
  limitNote,
  versionToStopAt,
  withLimitOption,
} from '../limit-option.ts';
import { inputFailure, namedMigrations, namedTarget, openPlan } from '../named-plan.ts';
import { safeLine } from '../text/safe-text.ts';
import { table } from '../text/table.ts';
import { type ChangeOptions, changeHistory, changeShape, reasonOf, withChangeOptions } from './change-history.ts';

interface BaselineOptions extends ChangeOptions, LimitOptions {
  readonly version?: string;
  readonly detect?: true;
}

export const addMigrationBaseline = (migration: Command, cli: Cli): void => {
  withLimitOption(
    withChangeOptions(
      migration
        .command('baseline')
        .description(
          'begin the history of a database that was there before: record everything up to a version as applied',
        )
        .argument(
          '[plan]',
          'a plan document (*.srdeploy) or a folder of migrations; or name a database with --database',
        )
        .option('--version <version>', 'the last version that the database has')
        .option('--detect', 'look which migrations the database has, and propose the version; changes nothing'),
    ),
    'record at most so many, the first ones',
  ).action(
    cli.ends(async (plan: string | undefined, _options: object, command: Command) =>
      baseline(cli, plan, command.optsWithGlobals()),
    ),
  );
};

async function baseline(cli: Cli, plan: string | undefined, options: BaselineOptions): Promise<number> {
  const { version, detect } = options;
  if ((version === undefined) === (detect === undefined))
    throw inputFailure('USAGE', 'Name the version with --version, or have it proposed with --detect: one of the two.');
  const target = namedTarget(options.target);
  const shape = changeShape(options);
  const signal = new AbortController().signal;
  if (version === undefined) {
    const opened = await openPlan(cli, namedMigrations(plan, options.database), options);
    const detected = expectOk(await detectBaseline({ ...opened, target, shape, by: cli.by }, signal));
    if (options.json) printJson(cli, detected);
    else printLines(cli, detectedLines(detected, plan, options, cli));
    return exitCodes.done;
  }
  const reason = reasonOf(options);
  const opened = await openPlan(cli, namedMigrations(plan, options.database), options, options.dryRun ? 'read' : 'act');
  const limited =
    options.limit === undefined
      ? undefined
      : await firstPending(opened, {
          target: options.target,
          shape: { ...shape, to: version },
          by: cli.by,
          limit: options.limit,
        });
  const last = limited ? versionToStopAt(limited) : version;
  if (limited) cli.err.write(limitNote(limited.taken.length, filesOf(limited.left)));
  const asked = { ...opened, target, shape, by: cli.by, version: last, reason };
  return changeHistory(cli, opened, expectOk(await planBaseline(asked, signal)), options);
}

function detectedLines(
  { target, migrations, proposed, recorded }: DetectedBaseline,
  plan: string | undefined,
  options: BaselineOptions,
  cli: Cli,
): readonly string[] {
  const rows = migrations.map(({ file, version, presence, found, missing }) => [
    version,
    presence,
    file,
    [found.length > 0 ? `has ${shortened(found)}` : '', missing.length > 0 ? `lacks ${shortened(missing)}` : '']
      .filter(Boolean)
      .join('; '),
  ]);
  const asked = options.target === undefined ? '' : ` --target ${options.target}`;
  const below = options.recursive ? ' --recursive' : '';
  const command = `srdeploy migration baseline ${plan ?? `--database ${options.database}`}${asked}${below} --version ${proposed} --reason "…"`;
  return [
    `Target ${target}`,
    ...table([['VERSION', 'PRESENT', 'FILE', ''], ...rows]),
    '',
    ...(recorded > 0
      ? [
          `The target has recorded ${recorded} migration${recorded === 1 ? '' : 's'} already: see srdeploy migration status.`,
        ]
      : []),
    proposed === undefined
      ? 'Nothing to propose: what the first migrations make is not all there.'
      : `Everything up to ${proposed} seems to be there. If you agree: ${command}`,
    cli.paint('quiet', 'Only names of tables, columns, views and indexes were compared. Nothing was changed.'),
  ].map((line, i) => (i === 0 ? safeLine(line) : line));
}

const shortened = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
