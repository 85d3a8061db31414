import { type Expectation, expectationText } from '../model/expectation.ts';
import type { QueryResult } from '../ports/databases.ts';

/** How the result of a query stands to what was expected, in words for people. */
export interface Verdict {
  readonly isMet: boolean;
  /** "2 rows, as expected", "The query gave no row, but at least one row was expected." */
  readonly words: string;
}

/** As many rows as must be read to know whether an expectation is met. */
export function rowsNeeded(expect: Expectation): number {
  if (typeof expect === 'string') return 1;
  if (!('rows' in expect)) return 2;
  return expect.rows.max === undefined ? Math.max(1, expect.rows.min ?? 0) : expect.rows.max + 1;
}

/** Compares the rows of a query, at most `rowsNeeded` of them, with what was expected. Spec: rulings, "Checks", "Format versions". */
export function meetsExpectation({ rows }: Pick<QueryResult, 'rows'>, expect: Expectation): Verdict {
  if (typeof expect === 'string')
    return countVerdict(rows.length, (rows.length === 0) === (expect === 'empty'), expect);
  if ('rows' in expect) {
    const { min = 0, max = Number.POSITIVE_INFINITY } = expect.rows;
    return countVerdict(rows.length, rows.length >= min && rows.length <= max, expect);
  }
  const [row] = rows;
  if (rows.length !== 1 || !row) return countVerdict(rows.length, false, expect);
  const value = row[0];
  const isMet =
    'equals' in expect ? isEqual(value, expect.equals) : new RegExp(expect.matches, 'u').test(textOf(value));
  if (isMet) return { isMet, words: `${shown(value)}, as expected` };
  return { isMet, words: `The query gave ${shown(value)}, but ${expectationText(expect)} was expected.` };
}

function countVerdict(count: number, isMet: boolean, expect: Expectation): Verdict {
  const isOne = typeof expect === 'string';
  const found = count === 0 ? 'no row' : isOne ? 'a row' : `${count} row${count === 1 ? '' : 's'}`;
  if (isMet) return { isMet, words: `${found}, as expected` };
  const most = 'rows' in Object(expect) && count > 0 && count >= rowsNeeded(expect) ? `${found} or more` : found;
  const wanted = expect === 'non_empty' ? 'at least one' : expect === 'empty' ? 'none' : expectationText(expect);
  return { isMet, words: `The query gave ${most}, but ${wanted} was expected.` };
}

/** Numbers are compared as such, whether the driver gives them as numbers, big ones or texts; everything else as text. */
function isEqual(value: unknown, wanted: string | number | boolean | null): boolean {
  if (wanted === null || value === null || value === undefined) return wanted === null && (value ?? null) === null;
  if (typeof wanted === 'number') return textOf(value).trim() !== '' && Number(textOf(value)) === wanted;
  if (typeof wanted === 'boolean') return trueWords.has(textOf(value).toLowerCase()) === wanted && isBoolean(value);
  return textOf(value) === wanted;
}

const trueWords = new Set(['true', 't', '1']);
const isBoolean = (value: unknown): boolean => /^(?:true|false|t|f|1|0)$/i.test(textOf(value));

/** A value as text; so much of it as a pattern is looked for in. */
function textOf(value: unknown): string {
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.slice(0, 10_000);
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  const text = textOf(value);
  return text.length > 200 ? `${JSON.stringify(text.slice(0, 200))}…` : JSON.stringify(text);
};
