import { operationId } from '../model/ids.ts';
import type { Operation, OperationPhase, RollbackRef, ScriptRef } from '../model/operation.ts';
import type { CheckSource, PlanDocument, StepSource } from '../model/plan-document.ts';

const checkNames = {
  connection: 'Check the connection',
  disk_space: 'Check free disk space',
  migration_history: 'Check the migration history',
  object_count: 'Count database objects',
} as const;

/**
 * The operations of a plan document in the order that they run: pre-checks, steps, post-checks, each waiting for the one before it.
 * `script` gives the checksums of a path. Spec: plan format, "Execution Semantics".
 */
export function compileOperations(document: PlanDocument, script: (path: string) => ScriptRef): readonly Operation[] {
  const unlinked = [
    ...document.preChecks.map((check) => compileCheck(check, 'pre_check')),
    ...document.steps.map((step) => compileStep(step, script)),
    ...document.postChecks.map((check) => compileCheck(check, 'post_check')),
  ];
  return unlinked.map((operation, i) => {
    const before = unlinked[i - 1];
    return before ? { ...operation, dependsOn: [before.id] } : operation;
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
      return { ...base, type: 'disk_space', minGb: source.minGb };
    case 'object_count':
      return { ...base, type: 'object_count', min: source.min };
  }
}

function compileStep(source: StepSource, script: (path: string) => ScriptRef): Operation {
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
        script: script(normalPath(source.script.value)),
        rollback: rollbackOf(source.rollback?.value, script),
      };
    case 'sql_check':
      return { ...base, type: 'sql_check', sql: source.sql.value, expect: source.expect };
    case 'backup':
      return { ...base, type: 'backup', destination: source.destination.value };
    case 'pause':
      return { ...base, type: 'pause', message: source.message };
  }
}

function rollbackOf(path: string | undefined, script: (path: string) => ScriptRef): RollbackRef {
  if (path === undefined || path === 'none') return path;
  return script(normalPath(path));
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
