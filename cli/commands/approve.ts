import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Plan } from '../../core/index.ts';
import { type ApprovalsView, exitCodes } from '../../protocol/index.ts';
import {
  approvalsView,
  approvePlan,
  approveRun,
  compilePlan,
  missingRun,
  planRollback,
  showRun,
} from '../../runner/index.ts';
import {
  type Cli,
  CommandFailure,
  type CommonOptions,
  expectOk,
  type Opened,
  printJson,
  printLines,
} from '../context.ts';
import { namedTarget, openPlan } from '../named-plan.ts';
import { openRun } from '../named-run.ts';
import { type ShapeOptions, shapeOf, withShapeOptions } from '../plan-options.ts';
import { runLines } from '../text/run-lines.ts';
import { safeLine } from '../text/safe-text.ts';
import { table } from '../text/table.ts';

interface ApproveOptions extends CommonOptions, ShapeOptions {
  readonly target?: string;
  readonly comment: string;
  readonly list?: true;
  readonly rollback?: true;
}

export const addApprove = (program: Command, cli: Cli): void => {
  withShapeOptions(
    program
      .command('approve')
      .description('record your approval of a plan document, of a folder of migrations, or of a run that waits for it')
      .argument('<plan-or-run>', 'a plan document (*.srdeploy), a folder of migrations, or a run')
      .option('--target <id>', 'approve the plan for this target')
      .option('--comment <text>', 'why you approve', '')
      .option('--rollback', 'approve the rollback of the run, as it would be planned now')
      .option('--list', 'show who approved and what counts; records nothing'),
  ).action(
    cli.ends(async (word: string, _options: object, command: Command) => approve(cli, word, command.optsWithGlobals())),
  );
};

async function approve(cli: Cli, word: string, options: ApproveOptions): Promise<number> {
  const isPlan = word.endsWith('.srdeploy') || existsSync(word);
  return isPlan ? approveFile(cli, word, options) : approveNamedRun(cli, word, options);
}

async function approveFile(cli: Cli, word: string, options: ApproveOptions): Promise<number> {
  const opened = await openPlan(cli, word, options, options.list ? 'read' : 'act');
  const { plan } = expectOk(
    await compilePlan({ ...opened, target: namedTarget(options.target), shape: shapeOf(options) }),
  );
  return options.list ? list(cli, plan, opened, cli.by, options) : approveIt(cli, plan, opened, options);
}

async function approveNamedRun(cli: Cli, word: string, options: ApproveOptions): Promise<number> {
  const opened = await openRun(cli, word, options, options.list ? 'read' : 'act');
  const { run, store, world } = opened;
  if (options.rollback) {
    const view = expectOk(await planRollback({ ...opened, of: run, by: cli.by }, new AbortController().signal));
    return options.list ? list(cli, view.plan, opened, cli.by, options) : approveIt(cli, view.plan, opened, options);
  }
  if (options.list) {
    const [plan, record] = await Promise.all([store.plan(run), store.record(run)]);
    if (plan) return list(cli, plan, opened, record?.by ?? cli.by, options);
    const [code, message, exitCode] = missingRun(run, record, plan);
    throw new CommandFailure({ code, message, exitCode });
  }
  expectOk(await approveRun(run, store, { world, by: cli.by, comment: options.comment }));
  const view = await showRun(store, run, world);
  if (view && options.json) printJson(cli, { run: view });
  else if (view) printLines(cli, runLines(view, cli.paint));
  return exitCodes.done;
}

async function approveIt(cli: Cli, plan: Plan, { world }: Opened, options: ApproveOptions): Promise<number> {
  const { comment } = options;
  expectOk(await approvePlan(plan, { world, by: cli.by, comment }));
  if (options.json) printJson(cli, { approval: { digest: plan.digest, target: plan.target.id, by: cli.by, comment } });
  else {
    const what = plan.purpose?.type === 'roll_back' ? `the rollback of ${plan.purpose.of}` : plan.source.file;
    printLines(cli, [`Approved ${what} for ${plan.target.id} (digest ${plan.digest.slice(0, 16)}).`]);
  }
  return exitCodes.done;
}

/** `by` is who runs the plan, so that it can be said whose approval counts. */
async function list(cli: Cli, plan: Plan, { world }: Opened, by: string, options: ApproveOptions): Promise<number> {
  const view = await approvalsView(plan, by, world);
  if (options.json) printJson(cli, { digest: plan.digest, target: plan.target.id, runBy: by, approvals: view });
  else printLines(cli, approvalLines(plan, view, by));
  return exitCodes.done;
}

function approvalLines(plan: Plan, view: ApprovalsView, by: string): readonly string[] {
  const needs = view.required
    ? `needs ${view.needed} approval${view.needed === 1 ? '' : 's'} and has ${view.have}, if ${safeLine(by)} runs it`
    : 'needs no approval';
  const rows = view.given.map((one) => [
    one.planDigest.slice(0, 16),
    one.by,
    one.at,
    one.counts ? 'counts' : `does not count: ${one.why}`,
    one.comment,
  ]);
  return [
    `${safeLine(plan.source.name)} for ${plan.target.id} (digest ${plan.digest.slice(0, 16)}) ${needs}.`,
    ...(rows.length === 0 ? ['Nobody has approved it.'] : table([['DIGEST', 'BY', 'AT', '', 'COMMENT'], ...rows])),
  ];
}
