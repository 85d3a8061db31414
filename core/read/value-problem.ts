import type { ValidationError } from '../generated/validate-plan-document.js';
import type { Fix, Problem, Range } from '../model/problem.ts';
import type { Complaint } from './complaint.ts';
import { nearestWord } from './nearest-word.ts';
import { problemAt, replaceFix } from './problem-at.ts';
import { schemaAt } from './schema-node.ts';
import type { JsonNode } from './source.ts';
import { rangeOf } from './source.ts';

/** The problem of a value that is wrong in itself, whatever it holds; undefined where only what it holds is at fault. */
export function valueProblem(complaint: Complaint): Problem | undefined {
  const { errors } = complaint;
  const wrongType = errors.find(({ keyword }) => keyword === 'type');
  if (wrongType) return typeProblem(complaint, [wrongType.params.type].flat().map(String));
  const wrongWord = errors.find(({ keyword }) => keyword === 'enum' || keyword === 'const');
  if (wrongWord) return wordProblem(complaint, allowedBy(wrongWord));
  const wrongText = errors.find(({ keyword, propertyName }) => keyword === 'pattern' && propertyName === undefined);
  if (wrongText) return textProblem(complaint);
  const outOfBounds = errors.find(({ keyword }) => Object.hasOwn(BOUNDS, keyword));
  return outOfBounds && boundsProblem(complaint, outOfBounds);
}

const allowedBy = ({ params }: ValidationError): readonly string[] =>
  ((params.allowedValues as readonly unknown[] | undefined) ?? [params.allowedValue]).map(String);

function typeProblem(complaint: Complaint, expected: readonly string[]): Problem {
  const { node } = complaint;
  const actual = withArticle(node.type);
  const message = `${subject(complaint)} must be ${expected.map(withArticle).join(' or ')}, not ${actual}.`;
  const fixes = expected.flatMap((one) => quoteFixes(complaint, one));
  return problemAt(placeOf(complaint), 'SCHEMA_TYPE', message, { fixes });
}

const NAMES: Readonly<Record<string, string>> = {
  object: 'an object, { … }',
  array: 'a list, [ … ]',
  string: 'text in double quotes',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};
const withArticle = (type: string): string => NAMES[type] ?? type;

/** Adds or removes the quotes where that makes the value what it should be. */
function quoteFixes(complaint: Complaint, expected: string): readonly Fix[] {
  const { node, source } = complaint;
  const written = source.text.slice(node.offset, node.offset + node.length);
  if (expected === 'string' && (node.type === 'number' || node.type === 'boolean'))
    return [replaceFix('Put it in quotes', rangeOf(source, node), JSON.stringify(written))];
  const bare = node.type === 'string' ? String(node.value).trim() : '';
  const fits =
    (expected === 'boolean' && /^(true|false)$/.test(bare)) ||
    (expected === 'integer' && /^-?(0|[1-9]\d*)$/.test(bare)) ||
    (expected === 'number' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(bare));
  return fits ? [replaceFix('Remove the quotes', rangeOf(source, node), bare)] : [];
}

function wordProblem(complaint: Complaint, allowed: readonly string[]): Problem {
  const { node, source } = complaint;
  // The only word that is possible is named as such; it was hardly a slip.
  const nearest = allowed.length > 1 ? nearestWord(String(node.value), allowed) : undefined;
  const possible = allowed.map((word) => JSON.stringify(word)).join(', ');
  const message = `${subject(complaint)} cannot be ${JSON.stringify(node.value)}. ${didYouMean(nearest)}Possible: ${possible}.`;
  return problemAt(placeOf(complaint), 'SCHEMA_VALUE', message, {
    fixes: wordFixes(rangeOf(source, node), nearest ?? (allowed.length === 1 ? allowed[0] : undefined)),
  });
}

/** `Did you mean "x"? ` with a space behind it, or nothing. */
export const didYouMean = (word: string | undefined): string =>
  word === undefined ? '' : `Did you mean ${JSON.stringify(word)}? `;

/** A fix that writes the word that was meant. */
export const wordFixes = (range: Range, word: string | undefined): readonly Fix[] =>
  word === undefined ? [] : [replaceFix(`Change to "${word}"`, range, JSON.stringify(word))];

/** The text itself is not repeated: it may be a secret that stands in the wrong place. */
function textProblem(complaint: Complaint): Problem {
  const { schema, source, path } = complaint;
  const rule = schemaAt({ schema, root: source.root }, path)?.patternErrorMessage ?? 'is not written as it must be';
  const code = path.at(-1) === 'password' ? 'SCHEMA_LITERAL_PASSWORD' : 'SCHEMA_VALUE';
  return problemAt(placeOf(complaint), code, `${subject(complaint)} ${rule}.`);
}

const BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'at least',
  exclusiveMinimum: 'more than',
  maximum: 'at most',
  minItems: 'at least',
  minProperties: 'at least',
  maxProperties: 'at most',
};

function boundsProblem(complaint: Complaint, { keyword, params }: ValidationError): Problem {
  const bound = `${BOUNDS[keyword]} ${String(params.limit)}`;
  const message =
    keyword === 'minItems'
      ? `${subject(complaint)} must hold ${bound}. Add one.`
      : keyword.endsWith('Properties')
        ? `${subject(complaint)} must have ${bound} of ${keysInWords(complaint)}.`
        : `${subject(complaint)} must be ${bound}.`;
  return problemAt(placeOf(complaint), 'SCHEMA_VALUE', message);
}

function keysInWords({ schema, source, path }: Complaint): string {
  const keys = Object.keys(schemaAt({ schema, root: source.root }, path)?.properties ?? {});
  return keys.map((key) => `"${key}"`).join(', ');
}

/** How a message names the value: by its key, its number in a list, or as the document. */
function subject({ path, schema }: Complaint): string {
  const last = path.at(-1);
  if (last === undefined) return `A ${schema.title?.toLowerCase() ?? 'document'}`;
  return typeof last === 'number' ? `Entry ${last + 1} of "${String(path.at(-2))}"` : `"${last}"`;
}

/** A value's own range; of a value over several lines, the first line. */
export function placeOf({ source, node }: { readonly source: Complaint['source']; readonly node: JsonNode }) {
  const first = source.text.slice(node.offset, node.offset + node.length).search(/[\r\n]/);
  const length = first === -1 ? node.length : first;
  return { file: source.file, range: source.lines.range(node.offset, node.offset + length) };
}
