import type { Command } from 'commander';
import { exitCodes, lookOf, migrationStateLooks } from '../../protocol/index.ts';
import { findingView, type MigrationStatusView, migrationStatus } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, printJson, printLines } from '../context.ts';
import { type LimitOptions, withLimitOption } from '../limit-option.ts';
import { namedMigrations, namedTarget, openPlan } from '../named-plan.ts';
import { type ShapeOptions, shapeOf, withDatabaseOption } from '../plan-options.ts';
import { findingText } from '../text/finding-text.ts';
import { safeText } from '../text/safe-text.ts';
import { table } from '../text/table.ts';

interface StatusOptions extends CommonOptions, ShapeOptions, LimitOptions {
  readonly target?: string;
}

export const addMigrationStatus = (migration: Command, cli: Cli): void => {
  withLimitOption(
    withDatabaseOption(
      migration
        .command('status')
        .description('how each migration of a plan, a folder or the deploy config stands, read from the target')
        .argument(
          '[plan]',
          'a plan document (*.srdeploy) or a folder of migrations; without it a database of the deploy config, or all of them',
        ),
    ),
    'show at most so many migrations, the first ones',
  )
    .option('--dry-run', 'changes nothing, as this command never does')
    .option('--target <id>', 'ask this target instead of the document’s own; a folder or a config needs it')
    .option('--recursive', 'follow the folders below a folder of migrations')
    .action(
      cli.ends(async (file: string | undefined, _options: object, command: Command) =>
        status(cli, file, command.optsWithGlobals()),
      ),
    );
};

async function status(cli: Cli, file: string | undefined, options: StatusOptions): Promise<number> {
  const named = options.database === undefined ? file : namedMigrations(file, options.database);
  const opened = await openPlan(cli, named, options);
  const asked = { ...opened, target: namedTarget(options.target), shape: shapeOf(options), by: cli.by };
  const view = expectOk(await migrationStatus(asked, new AbortController().signal));
  const shown = view.migrations.slice(0, options.limit);
  const left = view.migrations.length - shown.length;
  if (options.json) printJson(cli, { ...statusJson({ ...view, migrations: shown }), ...(left > 0 && { left }) });
  else {
    printLines(cli, statusLines({ ...view, migrations: shown }, cli));
    if (left > 0) printLines(cli, [`${left} more: --limit shows ${shown.length} of ${view.migrations.length}.`]);
  }
  return view.unreached === undefined ? exitCodes.done : exitCodes.unknown;
}

function statusJson(view: MigrationStatusView): object {
  return {
    target: view.target,
    migrations: view.migrations.map(({ file, version, state, checksum, appliedAt, note, database }) => ({
      file,
      ...(database !== undefined && { database }),
      version,
      state,
      checksum,
      ...(appliedAt !== undefined && { appliedAt }),
      ...(note !== undefined && { note }),
    })),
    findings: view.findings.map(findingView),
    ...(view.unreached !== undefined && { unreached: view.unreached }),
  };
}

const statusLines = (view: MigrationStatusView, cli: Cli): readonly string[] => [
  `Target ${view.target}${view.production ? ' (PRODUCTION)' : ''}`,
  ...(view.unreached === undefined
    ? []
    : [cli.paint('attention', `The target could not be read: ${safeText(view.unreached)}`)]),
  ...table([
    ['VERSION', 'STATE', 'APPLIED', 'FILE', ''],
    ...view.migrations.map(({ file, version, state, appliedAt, note, database }) => [
      version,
      lookOf(migrationStateLooks, state).word,
      appliedAt ?? '',
      database === undefined ? file : `${file} on ${database}`,
      note ?? '',
    ]),
  ]),
  ...view.findings.map((finding) => findingText(findingView(finding), cli.paint)),
];
