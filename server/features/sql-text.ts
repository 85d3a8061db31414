import type { JsonPath } from '../../core/index.ts';
import type { Caret } from './caret.ts';
import { type JsonString, readJsonString } from './json-string.ts';

/** The SQL of a step or check, as a string that a caret stands in. Offsets are into the document. */
export interface SqlText {
  readonly sql: string;
  /** The caret's offset in `sql`. */
  readonly at: number;
  /** The offset of the opening quote. */
  readonly start: number;
  readonly string: JsonString;
}

const PHASES: readonly unknown[] = ['pre_checks', 'steps', 'post_checks'];

/** True for the path of a step's or check's `sql`, and of the one in its `verify`. */
export const isSqlPath = ([phase, , key, inner, ...deeper]: JsonPath): boolean =>
  PHASES.includes(phase) &&
  deeper.length === 0 &&
  ((key === 'sql' && inner === undefined) || (key === 'verify' && inner === 'sql'));

/** The SQL that the caret stands in; undefined elsewhere, and in the middle of an escape. */
export function sqlTextAt(text: string, offset: number, { wants, path, start, end }: Caret): SqlText | undefined {
  if (wants !== 'value' || !isSqlPath(path) || text[start] !== '"' || offset <= start) return undefined;
  const string = readJsonString(text.slice(start, end));
  const at = string.valueAt(offset - start);
  return string.writtenAt(at) === offset - start ? { sql: string.value, at, start, string } : undefined;
}
