import type { CommandLine } from '../model/command-line.ts';
import { type CommandOperation, isCommand, type Operation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';

/** What a document needs that no plan has; ids, people and times come in as values. */
export interface DocumentBirth {
  /** A UUID. */
  readonly planId: string;
  readonly createdBy: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export type WrittenDocument =
  | { readonly type: 'document'; readonly json: object }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] };

/**
 * A plan document, version 1.1, that does what a plan does, or everything in the plan that no document can say: what groups do for pending files
 * only, health checks, and a target that no database belongs to. Spec: plan format, "Schema".
 */
export function writtenDocument(plan: Plan, { planId, createdBy, createdAt }: DocumentBirth): WrittenDocument {
  const problems = [
    ...plan.operations.flatMap(unsayable),
    ...(plan.connection ? [] : [refusal('The target has no connection, and a plan document names one.')]),
  ];
  if (problems.length > 0 || !plan.connection) return { type: 'refused', problems };
  const { target, connection } = plan;
  return {
    type: 'document',
    json: {
      version: '1.1',
      plan_id: planId,
      name: plan.source.name,
      target_env: { id: target.id, name: target.name, backend: connection.backend, connection_ref: connection.ref },
      created_at: createdAt,
      created_by: createdBy,
      approval_required: plan.approval.required,
      pre_checks: [],
      steps: plan.operations.map(stepOf),
      post_checks: [],
    },
  };
}

const refusal = (message: string): Problem => unplacedProblem('NOT_A_DOCUMENT', message);

function unsayable(operation: Operation): readonly Problem[] {
  const { id } = operation;
  if (operation.type === 'health_check')
    return [refusal(`"${id}": a plan document has no health check. Add --no-health-check.`)];
  if (operation.type === 'migration' && operation.connection !== undefined)
    return [refusal(`"${id}": a plan document reaches one database, and this step is for "${operation.database}".`)];
  if (isCommand(operation) && operation.applies)
    return [refusal(`"${id}": a plan document runs a command each time, not for pending migrations only.`)];
  if (operation.type !== 'migration' && !isCommand(operation))
    return [refusal(`"${id}": a ${operation.type} of a config cannot be written into a plan document.`)];
  return [];
}

function stepOf(operation: Operation): object {
  const { id, name, dependsOn, timeoutSec, retry } = operation;
  return {
    id,
    name,
    ...what(operation),
    depends_on: dependsOn,
    ...(timeoutSec !== undefined && { timeout_sec: timeoutSec }),
    ...(retry && { retry: { max: retry.max, backoff_sec: retry.backoffSec } }),
  };
}

function what(operation: Operation): object {
  if (operation.type === 'migration') {
    const { script, rollback } = operation;
    const back = typeof rollback === 'object' ? rollback.path : rollback;
    return { type: 'migration', script: script.path, ...(back !== undefined && { rollback: back }) };
  }
  if (!isCommand(operation)) throw new Error(`A step of the type ${operation.type} was let pass.`);
  return {
    type: 'command',
    command: commandOf(operation.command),
    ...(operation.folder !== '.' && { working_directory: operation.folder }),
    ...(variablesOf(operation) && { env: variablesOf(operation) }),
  };
}

/** A document's text for the shell takes no values: they go to a shell as its arguments, as they do here. */
function commandOf(command: CommandLine): string | readonly string[] {
  if (command.type === 'argv') return command.argv;
  const { text, prelude, positional = [] } = command;
  const whole = prelude === undefined ? text : `${prelude}\n${text}`;
  return positional.length === 0 ? whole : ['/bin/sh', '-c', whole, 'sh', ...positional];
}

function variablesOf({ env, wants }: CommandOperation): Readonly<Record<string, string>> | undefined {
  const wanted = (wants?.required ?? []).map((name) => [name, `\${env:${name}}`] as const);
  const all = { ...Object.fromEntries(wanted), ...env };
  return Object.keys(all).length > 0 ? all : undefined;
}
