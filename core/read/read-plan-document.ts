import type { PlanDocumentJson } from '../generated/plan-document-json.ts';
import { validatePlanDocument } from '../generated/validate-plan-document.js';
import { backendNamed } from '../model/connection.ts';
import { targetId } from '../model/ids.ts';
import type { CheckSource, PlanDocument, StepSource } from '../model/plan-document.ts';
import type { JsonPath, Located, Problem } from '../model/problem.ts';
import { duplicateKeys, jsonValueOf, nodeAt } from './json-nodes.ts';
import { planDocumentSchema } from './schema-node.ts';
import { schemaProblems } from './schema-problems.ts';
import { rangeOf, readSource, type Source } from './source.ts';

type CheckJson = NonNullable<PlanDocumentJson['pre_checks']>[number];
type StepJson = PlanDocumentJson['steps'][number];

/** A plan document as it was read, and all that keeps it from being one. Rules are not asked; see `checkPlanText`. */
export interface ReadPlanDocument {
  /** Undefined where a problem makes the document unusable. */
  readonly document: PlanDocument | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a plan document; `file` is relative to the project, with `/`. Spec: plan format. */
export const readPlanDocument = (file: string, text: string): ReadPlanDocument =>
  planDocumentOf(readSource(file, text, 'json'));

/** As `readPlanDocument`, from a text that is parsed already. */
export function planDocumentOf(source: Source): ReadPlanDocument {
  const { root } = source;
  if (source.problems.length > 0 || !root) return { document: undefined, problems: source.problems };
  const json = jsonValueOf(root);
  const schemaErrors = validatePlanDocument(json) ? [] : (validatePlanDocument.errors ?? []);
  const problems = [...duplicateKeys(source), ...schemaProblems(source, planDocumentSchema, schemaErrors)];
  return { document: problems.length === 0 ? decode(source, json as PlanDocumentJson) : undefined, problems };
}

function decode(source: Source, json: PlanDocumentJson): PlanDocument {
  const at = <T>(value: T, ...path: JsonPath): Located<T> => located(source, path, value);
  const { target_env: target } = json;
  const backend = backendNamed(target.backend);
  if (!backend) throw new Error(`The schema lets a backend pass that the model does not know: ${target.backend}`);
  return {
    file: source.file,
    version: json.version,
    planId: at(json.plan_id, 'plan_id'),
    name: json.name,
    targetEnv: {
      id: at(targetId(target.id), 'target_env', 'id'),
      name: target.name,
      backend: at(backend, 'target_env', 'backend'),
      connectionRef: at(target.connection_ref, 'target_env', 'connection_ref'),
    },
    createdAt: json.created_at,
    createdBy: json.created_by,
    approvalRequired: json.approval_required,
    preChecks: (json.pre_checks ?? []).map((check, index) => decodeCheck(source, ['pre_checks', index], check)),
    steps: json.steps.map((step, index) => decodeStep(source, ['steps', index], step)),
    postChecks: (json.post_checks ?? []).map((check, index) => decodeCheck(source, ['post_checks', index], check)),
  };
}

function located<T>(source: Source, path: JsonPath, value: T): Located<T> {
  const node = nodeAt(source.root, path);
  if (!node) throw new Error(`A value was read from where there is none: ${path.join('/')}`);
  return { value, range: rangeOf(source, node) };
}

function decodeCheck(source: Source, path: JsonPath, check: CheckJson): CheckSource {
  const base = { place: located(source, path, undefined), id: located(source, [...path, 'id'], check.id) };
  switch (check.type) {
    case 'disk_space':
      return { ...base, type: check.type, minGb: check.min_gb };
    case 'object_count':
      return { ...base, type: check.type, min: check.min };
    default:
      return { ...base, type: check.type };
  }
}

function decodeStep(source: Source, path: JsonPath, step: StepJson): StepSource {
  const at = <T>(value: T, key: string): Located<T> => located(source, [...path, key], value);
  const base = {
    place: located(source, path, undefined),
    id: at(step.id, 'id'),
    name: step.name,
    timeoutSec: step.timeout_sec,
    retry: step.retry && { max: step.retry.max, backoffSec: step.retry.backoff_sec ?? 0 },
  };
  switch (step.type) {
    case 'migration': {
      const rollback = step.rollback === undefined ? undefined : at(step.rollback, 'rollback');
      return { ...base, type: step.type, script: at(step.script, 'script'), rollback };
    }
    case 'sql_check':
      return { ...base, type: step.type, sql: at(step.sql, 'sql'), expect: step.expect };
    case 'backup':
      return { ...base, type: step.type, destination: at(step.target, 'target') };
    case 'pause':
      return { ...base, type: step.type, message: step.message };
  }
}
