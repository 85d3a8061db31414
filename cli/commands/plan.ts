import type { Command } from 'commander';
import { scriptOf } from '../../core/index.ts';
import type { PlanView } from '../../protocol/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { planExitCode, planView } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, hasErrors, printJson, printLines } from '../context.ts';
import { namedTarget, openPlan } from '../named-plan.ts';
import { type ShapeOptions, shapeOf, withShapeOptions } from '../plan-options.ts';
import { differenceLines } from '../text/difference-lines.ts';
import { planLines } from '../text/plan-lines.ts';

interface PlanCommandOptions extends CommonOptions, ShapeOptions {
  readonly target?: string;
  readonly detailedExitcode?: true;
}

export const addPlan = (program: Command, cli: Cli): void => {
  withShapeOptions(
    program
      .command('plan')
      .description('show what a run of a plan document or a folder of migrations would do; changes nothing')
      .argument('<plan>', 'a plan document (*.srdeploy) or a folder of migrations')
      .option('--target <id>', 'plan for this target instead of the document’s own; a folder needs it')
      .option('--detailed-exitcode', 'exit 2 when there is something to do'),
  ).action(
    cli.ends(async (file: string, _options: object, command: Command) => plan(cli, file, command.optsWithGlobals())),
  );
};

async function plan(cli: Cli, file: string, options: PlanCommandOptions): Promise<number> {
  const view = await planOf(cli, file, options);
  if (options.json) printJson(cli, planJson(view));
  else printLines(cli, [...planLines(view, cli.paint), ...differenceLines(view.differences ?? [], cli.paint)]);
  if (hasErrors(view.findings)) return exitCodes.invalidInput;
  return planExitCode(view, options.detailedExitcode === true);
}

export async function planOf(
  cli: Cli,
  file: string,
  options: CommonOptions & ShapeOptions & { readonly target?: string },
  tellsDangers = true,
): Promise<PlanView> {
  const target = namedTarget(options.target);
  const opened = await openPlan(cli, file, options);
  const asked = { ...opened, target, shape: shapeOf(options), by: cli.by, tellsDangers };
  return expectOk(await planView(asked, new AbortController().signal));
}

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
          ...(one.type === 'migration' && one.action === 'roll_back' && { script: scriptOf(one) }),
          ...(one.type === 'irreversible' && { why: one.why, note: planned?.note }),
          ...(planned?.state !== undefined && { state: planned.state }),
        };
      }),
      summary: view.summary,
      production: view.production,
      reached: view.reached,
    },
    findings: view.findings,
    dangers: view.dangers,
    needs: view.needs,
    ...(view.approvals && { approvals: view.approvals }),
    ...(view.differences && { differences: view.differences }),
  };
}
