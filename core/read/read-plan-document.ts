import type { PlanDocumentJson } from '../generated/plan-document-json.ts';
import { validatePlanDocument } from '../generated/validate-plan-document.js';
import type { CommandLine } from '../model/command-line.ts';
import { backendNamed } from '../model/connection.ts';
import type { Expectation } from '../model/expectation.ts';
import { targetId } from '../model/ids.ts';
import type { CommandVerification } from '../model/operation.ts';
import type { CheckSource, PlanDocument, StepSource } from '../model/plan-document.ts';
import type { Located, Problem } from '../model/problem.ts';
import { documentValue, duplicateKeys, itemsOf, propertyOf } from './json-nodes.ts';
import { planDocumentSchema } from './schema-node.ts';
import { schemaProblems } from './schema-problems.ts';
import { type JsonNode, rangeOf, type Source } from './source.ts';

type CheckJson = NonNullable<PlanDocumentJson['pre_checks']>[number];
type StepJson = PlanDocumentJson['steps'][number];

/** A plan document as it was read, and all that keeps it from being one. Rules are not asked; see `checkPlanText`. */
export interface ReadPlanDocument {
  /** Undefined where a problem makes the document unusable. */
  readonly document: PlanDocument | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a plan document from a text that is parsed already. Spec: plan format. */
export function planDocumentOf(source: Source): ReadPlanDocument {
  const { json, problems } = validated(source);
  return { document: json && decode(source, json), problems };
}

/** What keeps a text from being a plan document: syntax, doubled keys and schema. */
export const planFormProblems = (source: Source): readonly Problem[] => validated(source).problems;

function validated(source: Source): {
  readonly json: PlanDocumentJson | undefined;
  readonly problems: readonly Problem[];
} {
  const { root } = source;
  if (source.problems.length > 0 || !root) return { json: undefined, problems: source.problems };
  const json = documentValue(source);
  const schemaErrors = validatePlanDocument(json) ? [] : (validatePlanDocument.errors ?? []);
  const problems = [...duplicateKeys(source), ...schemaProblems(source, planDocumentSchema, schemaErrors)];
  return { json: problems.length === 0 ? (json as PlanDocumentJson) : undefined, problems };
}

function decode(source: Source, json: PlanDocumentJson): PlanDocument {
  const { target_env: target } = json;
  const backend = backendNamed(target.backend);
  if (!backend) throw new Error(`The schema lets a backend pass that the model does not know: ${target.backend}`);
  const targetNode = memberOf(source.root, 'target_env');
  return {
    file: source.file,
    version: json.version,
    planId: located(source, source.root, 'plan_id', json.plan_id),
    name: json.name,
    targetEnv: {
      id: located(source, targetNode, 'id', targetId(target.id)),
      name: target.name,
      backend: located(source, targetNode, 'backend', backend),
      connectionRef: located(source, targetNode, 'connection_ref', target.connection_ref),
    },
    createdAt: json.created_at,
    createdBy: json.created_by,
    approvalRequired: json.approval_required,
    preChecks: each(source, 'pre_checks', json.pre_checks, decodeCheck),
    steps: each(source, 'steps', json.steps, decodeStep),
    postChecks: each(source, 'post_checks', json.post_checks, decodeCheck),
  };
}

function each<Json, Value>(
  source: Source,
  key: string,
  list: readonly Json[] | undefined,
  decodeItem: (source: Source, node: JsonNode, json: Json) => Value,
): readonly Value[] {
  const nodes = itemsOf(propertyOf(source.root, key)?.value);
  return (list ?? []).map((json, index) => decodeItem(source, existing(nodes[index], key), json));
}

/** What the schema let pass is there: anything else is a defect of ours. */
function existing(node: JsonNode | undefined, key: string): JsonNode {
  if (!node) throw new Error(`A value was read from where there is none: ${key}`);
  return node;
}

const memberOf = (object: JsonNode | undefined, key: string): JsonNode => existing(propertyOf(object, key)?.value, key);

const located = <T>(source: Source, object: JsonNode | undefined, key: string, value: T): Located<T> => ({
  value,
  range: rangeOf(source, memberOf(object, key)),
});

function decodeCheck(source: Source, node: JsonNode, check: CheckJson): CheckSource {
  const base = {
    place: { value: undefined, range: rangeOf(source, node) },
    id: located(source, node, 'id', check.id),
  };
  switch (check.type) {
    case 'disk_space':
      return { ...base, type: check.type, minGb: check.min_gb, path: check.path };
    case 'object_count':
      return { ...base, type: check.type, min: check.min };
    default:
      return { ...base, type: check.type };
  }
}

function decodeStep(source: Source, node: JsonNode, step: StepJson): StepSource {
  const at = <T>(value: T, key: string): Located<T> => located(source, node, key, value);
  const base = {
    place: { value: undefined, range: rangeOf(source, node) },
    id: at(step.id, 'id'),
    name: step.name,
    timeoutSec: step.timeout_sec,
    retry: step.retry && { max: step.retry.max, backoffSec: step.retry.backoff_sec ?? 0 },
    dependsOn: step.depends_on && locatedItems(source, node, 'depends_on', step.depends_on),
  };
  switch (step.type) {
    case 'migration': {
      const rollback = step.rollback === undefined ? undefined : at(step.rollback, 'rollback');
      return { ...base, type: step.type, script: at(step.script, 'script'), rollback };
    }
    case 'sql_check':
      return { ...base, type: step.type, sql: at(step.sql, 'sql'), expect: decodeExpectation(step.expect) };
    case 'backup':
      return { ...base, type: step.type, destination: at(step.target, 'target') };
    case 'pause':
      return { ...base, type: step.type, message: step.message };
    case 'command':
      return {
        ...base,
        type: step.type,
        command: decodeCommand(step.command),
        folder: step.working_directory === undefined ? undefined : at(step.working_directory, 'working_directory'),
        env: step.env ?? {},
        verify: step.verify === undefined ? undefined : decodeVerify(step.verify),
        graceSec: step.grace_sec,
        inactivitySec: step.inactivity_sec,
      };
  }
}

const locatedItems = (source: Source, object: JsonNode, key: string, values: readonly string[]) => {
  const nodes = itemsOf(propertyOf(object, key)?.value);
  return values.map((value, index) => ({ value, range: rangeOf(source, existing(nodes[index], key)) }));
};

const decodeCommand = (command: string | readonly string[]): CommandLine =>
  typeof command === 'string' ? { type: 'shell', text: command } : { type: 'argv', argv: command };

type VerifyJson = NonNullable<Extract<StepJson, { type: 'command' }>['verify']>;

function decodeVerify(verify: VerifyJson): CommandVerification {
  if (typeof verify === 'string' || Array.isArray(verify)) return { type: 'command', command: decodeCommand(verify) };
  return { type: 'sql', sql: verify.sql, expect: decodeExpectation(verify.expect) };
}

/** The schema lets exactly one of the members pass. */
function decodeExpectation(expect: Extract<StepJson, { type: 'sql_check' }>['expect']): Expectation {
  if (typeof expect === 'string') return expect === 'empty' ? 'empty' : 'non_empty';
  if (expect.equals !== undefined) return { equals: expect.equals };
  return expect.rows ? { rows: expect.rows } : { matches: expect.matches ?? '' };
}
