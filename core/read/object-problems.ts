import type { Problem } from '../model/problem.ts';
import type { Complaint } from './complaint.ts';
import { insertPropertyFix } from './insert-property.ts';
import { propertiesOf, propertyOf } from './json-nodes.ts';
import { nearestWord } from './nearest-word.ts';
import { problemAt, replaceFix } from './problem-at.ts';
import { branchesOf, type SchemaNode, schemaAt, unionAt, wordsOfValue } from './schema-node.ts';
import { type JsonNode, rangeOf } from './source.ts';
import { didYouMean, placeOf, wordFixes } from './value-problem.ts';

/** The problems of an object's keys: an unknown kind, keys that it does not know, keys that it lacks. */
export function objectProblems(complaint: Complaint): readonly Problem[] {
  const { errors } = complaint;
  const unknownKind = errors.find(({ keyword }) => keyword === 'discriminator');
  const lacksKind = errors.some(({ params }) => params.missingProperty === unknownKind?.params.tag);
  if (unknownKind && !lacksKind) return [kindProblem(complaint, String(unknownKind.params.tag))];
  const otherKind = otherKindProblem(complaint);
  if (otherKind) return [otherKind];
  const missing = new Set(valuesOf(complaint, 'required', 'missingProperty'));
  const keys = keysOf(complaint);
  const unknown = valuesOf(complaint, 'additionalProperties', 'additionalProperty').map((key) =>
    unknownKeyProblem(complaint, key, missing, keys),
  );
  const names = valuesOf(complaint, 'propertyNames', 'propertyName').map((key) => nameProblem(complaint, key));
  return [...unknown, ...names, ...[...missing].map((key) => missingProblem(complaint, key))];
}

function valuesOf({ errors }: Complaint, keyword: string, param: string): readonly string[] {
  return errors.filter((error) => error.keyword === keyword).map(({ params }) => String(params[param]));
}

/** A `type` (of a connection: a `backend`) that does not exist. */
function kindProblem(complaint: Complaint, tag: string): Problem {
  const { node, source } = complaint;
  const value = propertyOf(node, tag)?.value ?? node;
  const words = branches(complaint).flatMap((branch) => branch.words);
  const nearest = typeof value.value === 'string' ? nearestWord(value.value, words) : undefined;
  const what = tag === 'type' ? `${kindOf(complaint)} type` : tag;
  const message = `Unknown ${what} ${JSON.stringify(value.value ?? null)}. ${didYouMean(nearest)}Known: ${words.join(', ')}.`;
  return problemAt(placeOf({ source, node: value }), codeFor(tag), message, {
    fixes: wordFixes(rangeOf(source, value), nearest),
  });
}

const codeFor = (tag: string): string => (tag === 'type' ? 'SCHEMA_UNKNOWN_TYPE' : 'SCHEMA_VALUE');

const context = ({ schema, source }: Complaint) => ({ schema, root: source.root });
const union = (complaint: Complaint): SchemaNode | undefined => unionAt(context(complaint), complaint.path);
const kindOf = (complaint: Complaint): string => union(complaint)?.title?.toLowerCase() ?? 'value';

function branches(complaint: Complaint) {
  const schema = union(complaint);
  return schema ? branchesOf(complaint.schema, schema) : [];
}

/** An object that has the keys of one kind and the name of another made one mistake, not three. */
function otherKindProblem(complaint: Complaint): Problem | undefined {
  const tag = union(complaint)?.discriminator?.propertyName;
  const unknown = valuesOf(complaint, 'additionalProperties', 'additionalProperty');
  const missing = valuesOf(complaint, 'required', 'missingProperty');
  if (tag === undefined || missing.length === 0 || (unknown.length === 0 && !missing.includes(tag))) return undefined;
  const keys = propertiesOf(complaint.node).map(({ key }) => String(key.value));
  const fitting = branches(complaint).filter(({ schema }) => fits(schema, [...keys, tag]));
  const word = fitting.length === 1 ? fitting[0]?.words[0] : undefined;
  if (word === undefined) return undefined;
  const { source, node } = complaint;
  const value = propertyOf(node, tag)?.value;
  if (!value) {
    const message = `${owner(complaint)} has no "${tag}". Its keys are those of "${word}": add "${tag}": "${word}".`;
    return problemAt(nearestPlace(complaint), 'SCHEMA_MISSING', message, {
      fixes: [insertPropertyFix(source, node, tag, word)],
    });
  }
  const message = `The ${tag} is "${value.value}", but the keys are those of "${word}". Change the ${tag}, or the keys.`;
  return problemAt(placeOf({ source, node: value }), codeFor(tag), message, {
    fixes: wordFixes(rangeOf(source, value), word),
  });
}

const fits = (schema: SchemaNode, keys: readonly string[]): boolean =>
  keys.every((key) => Object.hasOwn(schema.properties ?? {}, key)) &&
  (schema.required ?? []).every((key) => keys.includes(key));

interface Keys {
  readonly written: ReadonlyMap<string, JsonNode>;
  /** Those that the object could have besides. */
  readonly free: readonly string[];
}

function keysOf(complaint: Complaint): Keys {
  const written = new Map(propertiesOf(complaint.node).map(({ key }) => [String(key.value), key]));
  const known = Object.keys(schemaAt(context(complaint), complaint.path)?.properties ?? {});
  return { written, free: known.filter((key) => !written.has(key)) };
}

/** A key that the object does not know; a misspelt one also accounts for the key that is missing because of it. */
function unknownKeyProblem(complaint: Complaint, key: string, missing: Set<string>, { written, free }: Keys): Problem {
  const { node, source } = complaint;
  const keyNode = written.get(key) ?? node;
  const meant = nearestWord(key, missing) ?? nearestWord(key, free);
  if (meant !== undefined) missing.delete(meant);
  const elsewhere = branches(complaint).find(({ schema }) => Object.hasOwn(schema.properties ?? {}, key));
  const advice =
    meant !== undefined
      ? didYouMean(meant).trim()
      : elsewhere
        ? `It belongs to "${elsewhere.words[0]}". Remove it.`
        : `Remove it. Keys that could stand here: ${free.join(', ') || 'none'}.`;
  const range = rangeOf(source, keyNode);
  return problemAt({ file: source.file, range }, 'SCHEMA_UNKNOWN_KEY', `Unknown key "${key}". ${advice}`, {
    fixes: meant === undefined ? [] : [replaceFix(`Rename to "${meant}"`, range, JSON.stringify(meant))],
  });
}

function nameProblem(complaint: Complaint, key: string): Problem {
  const { node, source } = complaint;
  const names = schemaAt(context(complaint), complaint.path)?.propertyNames;
  const rule = names?.patternErrorMessage ?? 'must not be empty';
  const place = placeOf({ source, node: propertyOf(node, key)?.key ?? node });
  return problemAt(place, 'SCHEMA_NAME', `The name "${key}" ${rule}.`);
}

function missingProblem(complaint: Complaint, key: string): Problem {
  const { node, source } = complaint;
  const schema = schemaAt(context(complaint), [...complaint.path, key]);
  const example = exampleOf(schema);
  const words = branches(complaint).flatMap((branch) => branch.words);
  const advice =
    key === union(complaint)?.discriminator?.propertyName
      ? `Known: ${words.join(', ')}.`
      : example === undefined
        ? 'Add it.'
        : `Add it, for example "${key}": ${JSON.stringify(example)}.`;
  return problemAt(nearestPlace(complaint), 'SCHEMA_MISSING', `${owner(complaint)} has no "${key}". ${advice}`, {
    fixes: example === undefined ? [] : [insertPropertyFix(source, node, key, example)],
  });
}

/** A short example of a value; none for what holds other things. */
function exampleOf(schema: SchemaNode | undefined): unknown {
  const example = schema?.const ?? schema?.examples?.[0] ?? wordsOfValue(schema).enum?.[0];
  return typeof example === 'object' ? undefined : example;
}

/** How a message names an object: `Migration step "step_1"`. */
function owner(complaint: Complaint): string {
  const { path, node } = complaint;
  const title = schemaAt(context(complaint), path)?.title ?? 'Object';
  const id = propertyOf(node, 'id')?.value.value ?? (path.length === 2 && typeof path[1] === 'string' ? path[1] : '');
  if (path.length === 0) return `The ${title.toLowerCase()}`;
  return typeof id === 'string' && id !== '' && path.length > 1 ? `${title} "${id}"` : title;
}

/** Where to say what is not there: the object's id, else its first line. */
function nearestPlace({ source, node, path }: Complaint) {
  const id = path.length > 1 ? propertyOf(node, 'id')?.value : undefined;
  const holder: JsonNode | undefined = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  return placeOf({ source, node: id ?? holder ?? node });
}
