import type { Command } from 'commander';
import { type RunId, runView } from '../../core/index.ts';
import { type ErrorView, exitCodes } from '../../protocol/index.ts';
import {
  followRun,
  livenessOf,
  openProjectHistory,
  runConfig,
  runExitCode,
  showRun,
  viewRun,
} from '../../runner/index.ts';
import {
  type Cli,
  CommandFailure,
  type CommonOptions,
  expectOk,
  type Opened,
  openProject,
  printJson,
  printLines,
} from '../context.ts';
import { openRun } from '../named-run.ts';
import { createRunProgress } from '../run-progress.ts';
import { logLines } from '../text/log-lines.ts';
import { runLines, runTable } from '../text/run-lines.ts';
import { wholeNumber } from '../whole-number.ts';

/** `runs list`, `runs show`, `runs logs`: the history of runs. */
export const addRuns = (program: Command, cli: Cli): void => {
  const runs = program.command('runs').description('the history of runs');
  runs
    .command('list')
    .description('runs of the project, newest first')
    .option('--limit <n>', 'at most so many', wholeNumber, 20)
    .option('--target <id>', 'only runs on this target')
    .action(cli.ends(async (_options: object, command: Command) => list(cli, command.optsWithGlobals())));
  runs
    .command('show')
    .description('a run with its attempts and operations')
    .argument('<run>', 'the id of a run, the beginning or end of one, or "latest"')
    .option('--config', 'print the deploy config that it used, secrets masked, and nothing else')
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => show(cli, word, command.optsWithGlobals())),
    );
  runs
    .command('logs')
    .description('the log of a run, or of one of its operations')
    .argument('<run>', 'the id of a run, the beginning or end of one, or "latest"')
    .argument('[operation]', 'only the log of this operation')
    .option('--follow', 'go on until the run ends')
    .action(
      cli.ends(async (word: string, operation: string | undefined, _options: object, command: Command) =>
        logs(cli, word, operation, command.optsWithGlobals()),
      ),
    );
};

async function list(
  cli: Cli,
  options: CommonOptions & { readonly limit: number; readonly target?: string },
): Promise<number> {
  const { project, store, world } = await openProject(cli, options);
  const history = openProjectHistory(project.root, cli.dist, world);
  try {
    const records = await history.runs(options.target === undefined ? options.limit : Number.MAX_SAFE_INTEGER);
    const chosen = records
      .filter(({ target }) => options.target === undefined || target === options.target)
      .slice(0, options.limit);
    const views = await Promise.all(chosen.map((record) => viewRun(record, store, world)));
    if (options.json) printJson(cli, { runs: views });
    else printLines(cli, runTable(views));
    return exitCodes.done;
  } finally {
    await history.close();
  }
}

async function show(cli: Cli, word: string, options: CommonOptions & { readonly config?: true }): Promise<number> {
  const opened = await openRun(cli, word, options);
  const { run, store, world } = opened;
  if (options.config) {
    const config = expectOk(await runConfig(run, opened));
    if (options.json) printJson(cli, { config });
    else cli.out.write(config.text.endsWith('\n') ? config.text : `${config.text}\n`);
    return exitCodes.done;
  }
  const view = await showRun(store, run, world);
  if (!view) throw new CommandFailure(damagedRun(run));
  if (options.json) printJson(cli, { run: view });
  else printLines(cli, runLines(view, cli.paint));
  return exitCodes.done;
}

const damagedRun = (run: RunId): ErrorView => ({
  code: 'RUN_DAMAGED',
  message: `The journal of run ${run} is missing or does not begin; nothing is known of it.`,
  exitCode: exitCodes.unknown,
});

async function logs(
  cli: Cli,
  word: string,
  operation: string | undefined,
  options: CommonOptions & { readonly follow?: true },
): Promise<number> {
  const opened = await openRun(cli, word, options);
  if (options.follow) return follow(cli, opened, options);
  const events = await opened.store.events(opened.run);
  const chosen =
    operation === undefined ? events : events.filter((event) => 'operation' in event && event.operation === operation);
  if (options.json) printJson(cli, { events: chosen });
  else
    printLines(
      cli,
      chosen.flatMap((event) => logLines(event, operation === undefined)),
    );
  return exitCodes.done;
}

/** Follows a run that another process executes, until it ends or that process is gone. */
async function follow(
  cli: Cli,
  { run, store, world }: Opened & { readonly run: RunId },
  options: CommonOptions,
): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const progress = createRunProgress({
    out: cli.out,
    paint: cli.paint,
    record: undefined,
    commands: { continue: `srdeploy continue ${run}`, resume: `srdeploy resume ${run}` },
  });
  const watch = setInterval(() => {
    void stopWhenOver().catch(() => stop.abort()); // A run that cannot be read any more cannot be followed either.
  }, 1_000);
  try {
    for await (const event of followRun(store, run, stop.signal)) if (!options.json) progress.show(event);
  } finally {
    clearInterval(watch);
    progress.stop();
  }
  const record = await store.record(run);
  if (options.json && record)
    printJson(cli, { run: runView(record, await livenessOf(record, store.folder(run), world)) });
  return record ? runExitCode(record) : exitCodes.unknown;

  async function stopWhenOver(): Promise<void> {
    const record = await store.record(run);
    if (!record || (await livenessOf(record, store.folder(run), world)) === 'dead') stop.abort();
  }
}
