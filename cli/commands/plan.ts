import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { savedPlanText, scriptOf, writtenDocument } from '../../core/index.ts';
import type { PlanView } from '../../protocol/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { findingView, type PlanOptions, planExitCode, planView } from '../../runner/index.ts';
import {
  type Cli,
  CommandFailure,
  type CommonOptions,
  expectOk,
  hasErrors,
  printJson,
  printLines,
} from '../context.ts';
import { inputFailure, namedTarget, openPlan } from '../named-plan.ts';
import { type ShapeOptions, shapeOf, withShapeOptions } from '../plan-options.ts';
import { differenceLines } from '../text/difference-lines.ts';
import { planLines } from '../text/plan-lines.ts';
import { planMarkdown } from '../text/plan-markdown.ts';

interface PlanCommandOptions extends CommonOptions, ShapeOptions {
  readonly target?: string;
  readonly detailedExitcode?: true;
  readonly format?: 'text' | 'json' | 'markdown';
  readonly out?: string;
  readonly saveDocument?: string;
}

export const addPlan = (program: Command, cli: Cli): void => {
  withShapeOptions(
    program
      .command('plan')
      .description('show what a deployment would do; changes nothing')
      .argument(
        '[plan]',
        'a plan document (*.srdeploy) or a folder of migrations; without it the project’s deploy config',
      )
      .option('--target <id>', 'plan for this target; a plan document has its own')
      .addOption(
        new Option('--format <form>', 'how the plan is printed; text when not given').choices([
          'text',
          'json',
          'markdown',
        ]),
      )
      .option('--out <file>', 'save the plan; "srdeploy apply" runs that very plan')
      .option('--save-document <file>', 'write a plan document that does the same, where one can say it')
      .option('--detailed-exitcode', 'exit 2 when there is something to do'),
  ).action(
    cli.ends(async (file: string | undefined, _options: object, command: Command) =>
      plan(cli, file, command.optsWithGlobals()),
    ),
  );
};

async function plan(cli: Cli, file: string | undefined, options: PlanCommandOptions): Promise<number> {
  const view = await planOf(cli, file, options);
  if (hasErrors(view.findings) && (options.out !== undefined || options.saveDocument !== undefined))
    throw inputFailure('VALIDATION_FAILED', 'The plan cannot run as it is, so that it is not saved.');
  if (options.out !== undefined) saveNew(options.out, savedPlanText(view.plan), 'replace');
  if (options.saveDocument !== undefined) saveNew(options.saveDocument, documentText(cli, view), 'refuse');
  if (options.json || options.format === 'json') printJson(cli, planJson(view));
  else if (options.format === 'markdown') printLines(cli, planMarkdown(view));
  else printLines(cli, [...planLines(view, cli.paint), ...differenceLines(view.differences ?? [], cli.paint)]);
  if (hasErrors(view.findings)) return exitCodes.invalidInput;
  return planExitCode(view, options.detailedExitcode === true);
}

/** A saved plan may be made anew; a document is somebody's work and is never overwritten. */
function saveNew(file: string, text: string, there: 'replace' | 'refuse'): void {
  try {
    writeFileSync(file, text, { flag: there === 'refuse' ? 'wx' : 'w', mode: 0o600 });
  } catch (error) {
    throw inputFailure(
      'FILE_UNWRITABLE',
      `${file} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function documentText(cli: Cli, { plan }: PlanView): string {
  const createdAt = `${cli.machine().clock.now().toISOString().slice(0, 19)}Z`;
  const written = writtenDocument(plan, { planId: randomUUID(), createdBy: cli.by, createdAt });
  if (written.type === 'document') return `${JSON.stringify(written.json, undefined, 2)}\n`;
  throw new CommandFailure({
    code: 'NOT_A_DOCUMENT',
    message: 'This plan cannot be written as a plan document; nothing was written.',
    exitCode: exitCodes.invalidInput,
    problems: written.problems.map(findingView),
  });
}

type ManualView = NonNullable<PlanView['manual']>[number];

export async function planOf(
  cli: Cli,
  file: string | undefined,
  options: CommonOptions & ShapeOptions & { readonly target?: string; readonly validateEnv?: true },
  how: Pick<PlanOptions, 'seen' | 'tellsDangers'> = {},
): Promise<PlanView> {
  const target = namedTarget(options.target);
  const opened = await openPlan(cli, file, options);
  const asked = {
    ...opened,
    target,
    shape: shapeOf(options),
    by: cli.by,
    ...how,
    validatesEnvironment: options.validateEnv === true,
  };
  return expectOk(await planView(asked, new AbortController().signal));
}

/** What a connection is stands in the config. */
const manualJson = ({ connection: _connection, isUnknown: _isUnknown, ...one }: ManualView): object => one;

/** The contract of `plan --json`. */
export function planJson(view: PlanView): object {
  const { plan } = view;
  const plannedOf = new Map(view.operations.map((one) => [one.operation, one]));
  return {
    plan: {
      digest: plan.digest,
      target: plan.target.id,
      operations: plan.operations.map((one) => {
        const { id, type, name, dependsOn } = one;
        const planned = plannedOf.get(id);
        return {
          id,
          type,
          name,
          dependsOn,
          ...(one.group !== undefined && { group: one.group }),
          ...(one.type === 'migration' && one.database !== undefined && { database: one.database }),
          ...(one.type === 'migration' && one.action === 'roll_back' && { script: scriptOf(one) }),
          ...(one.type === 'irreversible' && { why: one.why, note: planned?.note }),
          ...(planned?.state !== undefined && { state: planned.state }),
        };
      }),
      summary: view.summary,
      ...(plan.scope.length > 0 && { groups: plan.scope }),
      ...(plan.idle && { idle: plan.idle }),
      ...(view.manual && { manual: view.manual.map(manualJson) }),
      production: view.production,
      reached: view.reached,
      ...(view.databases && { databases: view.databases }),
    },
    findings: view.findings,
    dangers: view.dangers,
    needs: view.needs,
    ...(view.approvals && { approvals: view.approvals }),
    ...(view.differences && { differences: view.differences }),
  };
}
