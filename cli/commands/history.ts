import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ExportKind, exportKinds } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { exportHistory, openProjectHistory, type Pruned, pruneHistory } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { inputFailure, namedTarget } from '../named-plan.ts';
import { table } from '../text/table.ts';
import { wholeNumber } from '../whole-number.ts';
import { writeText } from '../write-text.ts';

/** `history prune`, `history export`: how long the history of runs is kept, and taking it elsewhere. */
export const addHistory = (program: Command, cli: Cli): void => {
  const history = program.command('history').description('how long the history of runs is kept, and exports of it');
  history
    .command('prune')
    .description('remove runs and logs that are older than the project keeps them')
    .option('--days <n>', 'keep so many days instead of what the deploy config says', wholeNumber)
    .option('--dry-run', 'show what would be removed and remove nothing')
    .action(cli.ends(async (_options: object, command: Command) => prune(cli, command.optsWithGlobals())));
  history
    .command('export')
    .description('write runs, operations and migrations as JSON or CSV')
    .addOption(new Option('--format <format>', 'json or csv').choices(['json', 'csv']).makeOptionMandatory())
    .addOption(new Option('--kind <kind>', 'only one kind of records; CSV needs one').choices([...exportKinds]))
    .option('--target <id>', 'only what was done on this target')
    .option('--from <date>', 'from this day or moment on (UTC), such as 2026-11-01', moment)
    .option('--to <date>', 'up to this day or moment (UTC); a day counts whole', endMoment)
    .option('--out <file>', 'write to this file instead of standard output; it must not exist')
    .option('--force', 'replace the file of --out')
    .action(cli.ends(async (_options: object, command: Command) => exported(cli, command.optsWithGlobals())));
};

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const momentPattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function moment(text: string): string {
  const at = momentPattern.test(text) ? new Date(text) : undefined;
  if (!at || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Write a day, 2026-11-01, or a moment, 2026-11-01T12:00:00Z.');
  return at.toISOString();
}

/** The first moment that does not belong to it any more. */
const endMoment = (text: string): string =>
  dayPattern.test(text) ? new Date(Date.parse(moment(text)) + 86_400_000).toISOString() : moment(text);

async function prune(
  cli: Cli,
  options: CommonOptions & { readonly days?: number; readonly dryRun?: true },
): Promise<number> {
  const isDry = options.dryRun === true;
  const { project, store, world } = await openProject(cli, options, { access: isDry ? 'read' : 'act' });
  const history = openProjectHistory(project.root, cli.dist, world);
  try {
    const asked = { days: options.days, dryRun: isDry, asked: 'by_hand' as const };
    const result = expectOk(await pruneHistory({ project, store, world, history, by: cli.by, ...asked }));
    if (options.json) printJson(cli, { ...result, ...(isDry && { dryRun: true }) });
    else printLines(cli, pruneLines(result, isDry));
    return exitCodes.done;
  } finally {
    await history.close();
  }
}

const reasons = {
  running: 'goes on',
  last_success: 'the last success on its target',
  open_failure: 'failed, and nothing has succeeded on its target since',
  not_indexed: 'its journal is damaged',
} as const;

const pruneLines = ({ days, pruned, kept }: Pruned, isDry: boolean): readonly string[] => [
  ...pruned,
  ...(kept.length > 0
    ? ['Older, and kept:', ...table(kept.map(({ run, because }) => [`  ${run}`, reasons[because]]))]
    : []),
  `${isDry ? 'Would be removed' : 'Removed'}: ${pruned.length} ${pruned.length === 1 ? 'run' : 'runs'} older than ${days} ${days === 1 ? 'day' : 'days'}.`,
];

interface ExportOptions extends CommonOptions {
  readonly format: 'json' | 'csv';
  readonly kind?: ExportKind;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
  readonly force?: true;
}

async function exported(cli: Cli, options: ExportOptions): Promise<number> {
  const { format, kind, out } = options;
  if (format === 'csv' && kind === undefined)
    throw inputFailure('USAGE', `CSV holds one kind of records. Add --kind ${exportKinds.join(', --kind ')}.`);
  const choice = { target: namedTarget(options.target), from: options.from, before: options.to };
  const { project, world } = await openProject(cli, options);
  const history = openProjectHistory(project.root, cli.dist, world);
  try {
    const kinds = kind === undefined ? exportKinds : [kind];
    const pieces = exportHistory(history, { format, kinds, choice, at: world.clock.now() });
    await writeText(cli, pieces, { out, force: options.force === true });
    if (out !== undefined && options.json) printJson(cli, { file: out, format, kinds });
    else if (out !== undefined) printLines(cli, [`Written: ${out}`]);
    return exitCodes.done;
  } finally {
    await history.close();
  }
}
