import { type OperationId, operationId } from '../model/ids.ts';
import type { CommandVerification, Operation, OperationPhase, RollbackRef, ScriptRef } from '../model/operation.ts';
import type { CheckSource, MigrationPlace, PlanDocument, StepSource } from '../model/plan-document.ts';
import { orderSteps } from '../read/order-steps.ts';
import { withErrorStop } from '../read/psql-command.ts';

const checkNames = {
  connection: 'Check the connection',
  disk_space: 'Check free disk space',
  migration_history: 'Check the migration history',
  object_count: 'Count database objects',
} as const;

/** The checksums of a script, which depend on the dialect of the database that it runs on. */
type ScriptOf = (path: string, via: MigrationPlace | undefined) => ScriptRef;

/** Seconds between asking a command to end and killing it, where its step says nothing. */
const defaultGraceSec = 10;

/**
 * The operations of a plan document in the order that they run: pre-checks, steps, post-checks. Each waits for the one before it; a step with
 * `depends_on` waits for those steps and the pre-checks. `script` gives the checksums of a path. Spec: plan format, "Execution Semantics".
 */
export function compileOperations(document: PlanDocument, script: ScriptOf): readonly Operation[] {
  const preChecks = chained(
    document.preChecks.map((check) => compileCheck(check, 'pre_check')),
    [],
  );
  const steps = linkedSteps(document, script, lastOf(preChecks));
  const waitedFor = new Set(steps.flatMap(({ dependsOn }) => dependsOn));
  const ends = steps.filter(({ id }) => !waitedFor.has(id)).map(({ id }) => id);
  const postChecks = chained(
    document.postChecks.map((check) => compileCheck(check, 'post_check')),
    ends.length > 0 ? ends : lastOf(preChecks),
  );
  return [...preChecks, ...steps, ...postChecks];
}

/** Each waits for the one before it, the first one for what is given. */
const chained = (operations: readonly Operation[], first: readonly OperationId[]): readonly Operation[] =>
  operations.map((operation, i) => {
    const before = operations[i - 1];
    return { ...operation, dependsOn: before ? [before.id] : first };
  });

const lastOf = (operations: readonly Operation[]): readonly OperationId[] => operations.slice(-1).map(({ id }) => id);

function linkedSteps(document: PlanDocument, script: ScriptOf, before: readonly OperationId[]): readonly Operation[] {
  const order = orderSteps(
    document.steps.map(({ id, dependsOn }) => ({ id: id.value, dependsOn: dependsOn?.map(({ value }) => value) })),
  );
  if (order.type === 'cycle') throw new Error(`Rule P021 lets a cycle pass: ${order.path.join(' → ')}`);
  return order.steps.flatMap(({ index, waitsFor }) => {
    const source = document.steps[index];
    if (!source) return [];
    return [{ ...compileStep(source, script), dependsOn: waitsFor.length > 0 ? waitsFor.map(operationId) : before }];
  });
}

function compileCheck(source: CheckSource, phase: OperationPhase): Operation {
  const base = {
    id: operationId(source.id.value),
    name: checkNames[source.type],
    phase,
    dependsOn: [],
    timeoutSec: undefined,
    retry: undefined,
  };
  switch (source.type) {
    case 'connection':
    case 'migration_history':
      return { ...base, type: source.type };
    case 'disk_space':
      return {
        ...base,
        type: 'disk_space',
        minGb: source.minGb,
        ...(source.path !== undefined && { path: source.path }),
      };
    case 'object_count':
      return { ...base, type: 'object_count', min: source.min };
  }
}

function compileStep(source: StepSource, script: ScriptOf): Operation {
  const base = {
    id: operationId(source.id.value),
    name: source.name ?? source.id.value,
    phase: 'step' as const,
    dependsOn: [],
    timeoutSec: source.timeoutSec,
    retry: source.retry,
  };
  switch (source.type) {
    case 'migration':
      return {
        ...base,
        type: 'migration',
        script: script(normalPath(source.script.value), source.via),
        rollback: rollbackOf(source.rollback?.value, source.via, script),
        ...source.via,
      };
    case 'sql_check':
      return { ...base, type: 'sql_check', sql: source.sql.value, expect: source.expect };
    case 'backup':
      return { ...base, type: 'backup', destination: source.destination.value };
    case 'pause':
      return { ...base, type: 'pause', message: source.message };
    case 'command':
      return {
        ...base,
        type: 'command',
        command: withErrorStop(source.command),
        folder: source.folder === undefined ? '.' : normalPath(source.folder.value) || '.',
        env: source.env,
        verify: verificationOf(source.verify),
        graceSec: source.graceSec ?? defaultGraceSec,
        inactivitySec: source.inactivitySec,
      };
  }
}

const verificationOf = (verify: CommandVerification | undefined): CommandVerification | undefined =>
  verify?.type === 'command' ? { type: 'command', command: withErrorStop(verify.command) } : verify;

function rollbackOf(path: string | undefined, via: MigrationPlace | undefined, script: ScriptOf): RollbackRef {
  if (path === undefined || path === 'none') return path;
  return script(normalPath(path), via);
}

/** Paths of the scripts that a document names, rollbacks included, each once, in the order of the document. */
export function scriptPaths(document: PlanDocument): readonly string[] {
  const paths = document.steps.flatMap((step) =>
    step.type === 'migration' ? [step.script.value, step.rollback?.value] : [],
  );
  return [...new Set(paths.flatMap((path) => (path === undefined || path === 'none' ? [] : [normalPath(path)])))];
}

/** The one spelling of a path: without `.` and empty segments, so that `./a//b.sql` is `a/b.sql`. */
export function normalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return segments.join('/');
}
