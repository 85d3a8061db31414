import { type CommandLine, commandText } from '../../model/command-line.ts';
import type { CommandOperation } from '../../model/operation.ts';
import { resolveEnvironment } from '../../plan/references.ts';
import type { CommandEnd } from '../../ports/processes.ts';
import { info, type OperationContext } from '../operation-context.ts';
import { failed, leaseLost, type OperationResult } from '../operation-result.ts';
import { applyByCommand, brokeOffBefore, recorded } from './apply-by-command.ts';
import { commandResult } from './command-result.ts';
import { settleCommand } from './settle-command.ts';
import { wantedVariables } from './wanted-variables.ts';

/**
 * Runs a command to its end, with everything that it started. Where an attempt broke off in the middle of it, what became of it is settled first.
 * Spec: rulings, "Timeout and unknown", "Format versions".
 */
export async function runCommand(
  operation: CommandOperation,
  context: OperationContext,
  signal: AbortSignal,
): Promise<OperationResult> {
  const place = await placeOf(operation, context);
  if (place.type === 'refused') return place.result;
  const execute = (command: CommandLine) => executeIn(place, command, { operation, context, signal });
  if (context.isUnsettled || (await brokeOffBefore(operation, context))) {
    const settled = await settleCommand(operation, execute, context, signal);
    if (settled) return operation.applies ? recorded(operation.applies, settled, 0) : settled;
  }
  const run = async () => {
    if (!(await context.lease.confirm())) return leaseLost();
    return commandResult(await execute(operation.command), operation, context);
  };
  return operation.applies ? applyByCommand(operation.applies, run, context) : run();
}

type Place =
  | { readonly type: 'ready'; readonly folder: string; readonly env: Readonly<Record<string, string>> }
  | { readonly type: 'refused'; readonly result: OperationResult };

/** The folder, which must be there and inside the project, and the environment. */
async function placeOf(operation: CommandOperation, { world, plan, run }: OperationContext): Promise<Place> {
  const refused = (code: string, message: string): Place => ({
    type: 'refused',
    result: failed({ code, message }, false),
  });
  const read = await world.files.readText(operation.folder);
  if (read.type !== 'not-a-file') {
    const why =
      read.type === 'outside' ? 'lies outside the project' : read.type === 'missing' ? 'is not there' : 'is no folder';
    return refused('COMMAND_NOT_STARTED', `The working directory "${operation.folder}" ${why}. Nothing was run.`);
  }
  const resolved = resolveEnvironment(operation, world.variables);
  if (resolved.type === 'missing')
    return refused('MISSING_VARIABLE', resolved.problems.map(({ message }) => message).join(' '));
  const given = {
    SRDEPLOY_RUN_ID: run,
    SRDEPLOY_PLAN_ID: plan.source.planId,
    SRDEPLOY_TARGET: plan.target.id,
    SRDEPLOY_STEP: operation.id,
    SRDEPLOY_PROJECT_DIR: world.files.absolute('.'),
  };
  return {
    type: 'ready',
    folder: world.files.absolute(operation.folder),
    env: { ...wantedVariables(operation.wants, world.variables), ...resolved.env, ...given },
  };
}

interface Executing {
  readonly operation: CommandOperation;
  readonly context: OperationContext;
  readonly signal: AbortSignal;
}

/** The command line stands in the log before its output, which is taken as fast as the journal takes it. */
async function executeIn(
  { folder, env }: Extract<Place, { type: 'ready' }>,
  command: CommandLine,
  { operation, context, signal }: Executing,
): Promise<CommandEnd> {
  context.log(info(`$ ${commandText(command)}`));
  const running = context.world.processes.run(
    {
      command,
      folder,
      env,
      marker: context.run,
      timeoutMs: context.remainingMs(),
      inactivityMs: operation.inactivitySec === undefined ? undefined : operation.inactivitySec * 1_000,
      graceMs: operation.graceSec * 1_000,
    },
    signal,
  );
  for (;;) {
    const next = await running.next();
    if (next.done) return next.value;
    await context.output(next.value.stream, next.value.text);
  }
}
