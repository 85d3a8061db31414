import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { RunView } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { approvePlan, approveRun, cancelRun, compilePlan, continueRun, showRun } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, printJson, printLines } from '../context.ts';
import { namedTarget, openPlan } from '../named-plan.ts';
import { openRun } from '../named-run.ts';
import { type ShapeOptions, shapeOf, withShapeOptions } from '../plan-options.ts';
import { runLines } from '../text/run-lines.ts';

const runArgument = 'the id of a run, the beginning or end of one, or "latest"';

/** `cancel`, `approve` and `continue`: messages to a run. */
export const addControl = (program: Command, cli: Cli): void => {
  program
    .command('cancel')
    .description('cancel a run that goes on; waits until it has ended')
    .argument('<run>', runArgument)
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => {
        const options: CommonOptions = command.optsWithGlobals();
        const opened = await openRun(cli, word, options);
        return printRun(cli, expectOk(await cancelRun(opened.run, { ...opened, by: cli.by })), options);
      }),
    );
  program
    .command('continue')
    .description('let a run go on that waits at a pause')
    .argument('<run>', runArgument)
    .argument('[step]', 'the id of the pause; the one that waits when it is not named')
    .action(
      cli.ends(async (word: string, step: string | undefined, _options: object, command: Command) => {
        const options: CommonOptions = command.optsWithGlobals();
        const opened = await openRun(cli, word, options);
        return printRun(cli, expectOk(await continueRun(opened.run, step, { ...opened, by: cli.by })), options);
      }),
    );
  withShapeOptions(
    program
      .command('approve')
      .description('record your approval of a plan document, of a folder of migrations, or of a run that waits for it')
      .argument('<plan-or-run>', 'a plan document (*.srdeploy), a folder of migrations, or a run')
      .option('--target <id>', 'approve the plan for this target')
      .option('--comment <text>', 'why you approve', ''),
  ).action(
    cli.ends(async (word: string, _options: object, command: Command) => approve(cli, word, command.optsWithGlobals())),
  );
};

async function approve(
  cli: Cli,
  word: string,
  options: CommonOptions & ShapeOptions & { readonly target?: string; readonly comment: string },
): Promise<number> {
  if (word.endsWith('.srdeploy') || existsSync(word)) {
    const opened = await openPlan(cli, word, options, 'act');
    const { plan } = expectOk(
      await compilePlan({ ...opened, target: namedTarget(options.target), shape: shapeOf(options) }),
    );
    expectOk(await approvePlan(plan, { world: opened.world, by: cli.by, comment: options.comment }));
    if (options.json)
      printJson(cli, {
        approval: { digest: plan.digest, target: plan.target.id, by: cli.by, comment: options.comment },
      });
    else printLines(cli, [`Approved ${plan.source.file} for ${plan.target.id} (digest ${plan.digest.slice(0, 16)}).`]);
    return exitCodes.done;
  }
  const opened = await openRun(cli, word, options, 'act');
  expectOk(await approveRun(opened.run, opened.store, { world: opened.world, by: cli.by, comment: options.comment }));
  const view = await showRun(opened.store, opened.run, opened.world);
  return view ? printRun(cli, view, options) : exitCodes.done;
}

function printRun(cli: Cli, run: RunView, options: CommonOptions): number {
  if (options.json) printJson(cli, { run });
  else printLines(cli, runLines(run, cli.paint));
  return exitCodes.done;
}
