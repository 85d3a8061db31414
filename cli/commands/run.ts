import type { Command } from 'commander';
import type { Redactor, RunRecord } from '../../core/index.ts';
import {
  type Consent,
  exitCodes,
  type FindingView,
  type PlanView,
  type ScriptDifference,
} from '../../protocol/index.ts';
import {
  type ActOptions,
  configuredChannels,
  freshRunId,
  hasChanges,
  type Result,
  showRun,
  startDetached,
  startPlan,
} from '../../runner/index.ts';
import { type ActCommandOptions, consentOf, withActOptions } from '../act-options.ts';
import { personAt } from '../ask-person.ts';
import { type Cli, CommandFailure, expectOk, hasErrors, type Opened, printJson, printLines } from '../context.ts';
import { type FleetChoice, isFleet, withFleetOptions } from '../fleet-options.ts';
import { followAttempt } from '../follow-attempt.ts';
import { inputFailure, openPlan } from '../named-plan.ts';
import { type ShapeOptions, withShapeOptions } from '../plan-options.ts';
import { checkSettlements, commandThatBrokeOff, type SettleOptions, withSettleOption } from '../settlement.ts';
import { dangerLines } from '../text/danger-lines.ts';
import { differenceLines } from '../text/difference-lines.ts';
import { findingText } from '../text/finding-text.ts';
import { planLines } from '../text/plan-lines.ts';
import { safeText } from '../text/safe-text.ts';
import { planJson, planOf } from './plan.ts';
import { runFleetCommand } from './run-fleet.ts';
import { endIdle, endUnchanged, lookAtFolder } from './up-to-date.ts';

interface RunCommandOptions extends ActCommandOptions, ShapeOptions, FleetChoice, SettleOptions {
  readonly target?: string;
  readonly dryRun?: true;
  readonly validateEnv?: true;
}

export const addRun = (program: Command, cli: Cli): void => {
  withFleetOptions(
    withActOptions(
      withShapeOptions(
        withSettleOption(
          program
            .command('run')
            .description(
              'deploy: run the deploy config, a plan document or the migrations of a folder, on a target or on many',
            )
            .argument(
              '[plan]',
              'a plan document (*.srdeploy) or a folder of migrations; without it the project’s deploy config',
            )
            .option('--target <id>', 'run on this target; a plan document has its own')
            .option('--dry-run', 'show the plan and run nothing')
            .option(
              '--validate-env',
              'check first that every variable that is required has a value, in a dry run too; a run always does before it begins',
            ),
          commandThatBrokeOff,
        ),
      ),
    ),
  ).action(
    cli.ends(async (file: string | undefined, _options: object, command: Command) =>
      runCommand(cli, file, command.optsWithGlobals()),
    ),
  );
};

/** Plans, and runs what was planned where nothing speaks against it. */
export async function runCommand(cli: Cli, file: string | undefined, options: RunCommandOptions): Promise<number> {
  if (options.validateEnv && options.skipValidation)
    throw inputFailure('USAGE', '--validate-env and --skip-validation do not go together: leave one of them out.');
  checkSettlements(options);
  if (isFleet(options) && options.settle)
    throw inputFailure(
      'USAGE',
      '--settle is about one run: name its target with --target, or resume the run that broke off.',
    );
  if (isFleet(options)) return runFleetCommand(cli, file, options, consentOf(options));
  // It is named after the moment at which it was asked for.
  const id = freshRunId(cli.machine().clock.now());
  const look =
    file === undefined || options.database !== undefined
      ? undefined
      : await lookAtFolder(cli, file, options, options.detach ? undefined : id);
  if (look?.type === 'applied') return endUnchanged(cli, look, options);
  const isTold = options.dryRun === true || !(options.json || options.events);
  const view = await planOf(cli, file, options, { tellsDangers: isTold, seen: look?.seen });
  if (hasErrors(view.findings)) {
    throw new CommandFailure({
      code: 'VALIDATION_FAILED',
      message: 'The plan cannot run; nothing was run.',
      exitCode: exitCodes.invalidInput,
      problems: view.findings,
      ...(view.differences && { differences: view.differences }),
    });
  }
  if (options.dryRun) {
    if (options.json) printJson(cli, { ...planJson(view), dryRun: true });
    else printLines(cli, [...planLines(view, cli.paint), '', 'Dry run: nothing was run.']);
    return exitCodes.done;
  }
  if (view.plan.source.kind === 'migrations_folder' && !hasChanges(view))
    return endUnchanged(cli, { target: view.plan.target.id, migrations: view.operations.length }, options);
  if (view.plan.idle && view.plan.operations.length === 0) return endIdle(cli, view.plan, options);
  for (const finding of warningsOf(view, options)) cli.err.write(`${findingText(finding, cli.paint)}\n`);
  if (!options.json && !options.events && view.dangers.length > 0)
    printLines(cli, [...dangerLines(view.dangers, cli.paint), '']);
  const opened = await openPlan(cli, file, options, 'act');
  if (options.detach) {
    const request = {
      v: 1,
      verb: 'run',
      project: opened.project.root,
      run: id,
      plan: view.plan,
      by: cli.by,
      consent: consentOf(options),
      secrets: {},
    } as const;
    return endDetached(cli, opened, await startDetached(request, cli.dist, cli.env), options);
  }
  return act(cli, opened, options, id, undefined, (act) => startPlan(view.plan, act));
}

/** What the plan warns of and the run itself does not tell: of values, and of commands that another run broke off in, it says more. */
function warningsOf({ findings }: PlanView, { skipValidation }: RunCommandOptions): readonly FindingView[] {
  const told = ['SECRET_TOO_SHORT', 'COMMAND_UNSETTLED', ...(skipValidation ? [] : ['MISSING_VARIABLE'])];
  return findings.filter(({ code, severity }) => severity === 'warning' && !told.includes(code));
}

export async function endDetached(
  cli: Cli,
  opened: Opened,
  reply: Awaited<ReturnType<typeof startDetached>>,
  options: ActCommandOptions,
): Promise<number> {
  if (reply.type === 'refused') throw new CommandFailure(reply.error);
  if (options.json) {
    const run = await showRun(opened.store, reply.run, opened.world);
    printJson(cli, { run: run ?? { id: reply.run, status: 'running' } });
  } else
    printLines(cli, [
      `Run ${reply.run} goes on in the background.`,
      `Follow it with: srdeploy runs logs ${reply.run} --follow`,
    ]);
  return exitCodes.done;
}

/** Executes an attempt in this process and follows it. Somebody at a terminal is asked for what is missing. */
export async function act(
  cli: Cli,
  opened: Opened,
  options: ActCommandOptions,
  id: ActOptions['run'],
  before: RunRecord | undefined,
  verb: (act: ActOptions) => Promise<Result<RunRecord>>,
): Promise<number> {
  const show = options.events ? 'events' : options.json ? 'quiet' : 'text';
  const person = show === 'text' ? personAt(cli) : undefined;
  const follow = followAttempt(cli, opened, { run: id, before, show, person });
  const channels = await configuredChannels(opened.project, opened.world);
  let redactor: Redactor | undefined;
  let afterwards: Promise<void> | undefined;
  let shown = '';
  const showDifferences = (differences: readonly ScriptDifference[]) => {
    const lines = differenceLines(differences, cli.paint);
    if (lines.join('\n') !== shown) printLines(cli, lines);
    shown = lines.join('\n');
  };
  const attempt = (consent: Consent, isFresh = false) =>
    verb({
      ...opened,
      env: cli.env,
      run: id,
      by: cli.by,
      consent,
      isFresh,
      cancel: follow.cancel,
      channels,
      afterwards: (work) => {
        afterwards = work;
      },
      publish: follow.publish,
      warn: (message) => cli.err.write(`warning ${safeText(message)}\n`),
      onAmended: show === 'text' ? showDifferences : () => undefined,
      onStart: (given, plan) => {
        redactor = given;
        follow.begin(plan);
      },
    });
  try {
    const consent = consentOf(options);
    let result = await attempt(consent, true);
    if (person && result.type === 'error' && result.error.needs) {
      const { needs, differences = [], ...told } = result.error;
      showDifferences(differences);
      const given = await person.give(needs, consent);
      result = given ? await attempt(given) : { type: 'error', error: { ...told, needs } };
    }
    return await follow.end(expectOk(result), options.json === true && !options.events);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw await follow.crashed(error, redactor);
  } finally {
    // Messages that are still on their way hold up nothing but the end of this process.
    await afterwards;
    follow.dispose();
  }
}
