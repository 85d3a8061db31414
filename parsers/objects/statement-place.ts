import type { Backend } from '../../core/index.ts';
import { dialectRules } from '../dialect-rules.ts';
import type { Lexeme } from '../effects/statement-tokens.ts';
import { tokenAt } from '../tokens.ts';
import { type NamedTable, namedTables } from './named-tables.ts';
import { isName, nameKey } from './written-name.ts';

/** What may be named at an offset of a SQL text. Offsets are into the text. */
export interface StatementPlace {
  /** `table`: a table; `column`: a column, or a table to qualify it; `member`: what belongs to `qualifier`; `none`: a name stands there, but none is due. */
  readonly wants: 'table' | 'column' | 'member' | 'none';
  /** The name at the offset, quotes and all, else nothing. */
  readonly start: number;
  readonly end: number;
  /** What stands before the dot, in lower case without quotes. */
  readonly qualifier: string | undefined;
  /** The tables that the statement names. */
  readonly tables: readonly NamedTable[];
}

/** Finds out what may be named at an offset; undefined in a string, a comment or a number. The text may be half typed. */
export function statementPlace(sql: string, offset: number, dialect: Backend): StatementPlace | undefined {
  const rules = dialectRules(dialect);
  const lexemes: Lexeme[] = [];
  let depth = 0;
  for (let at = 0; at < sql.length; ) {
    const token = tokenAt(sql, at, rules);
    at = token.end;
    const text = sql.slice(token.start, token.end);
    const isInside =
      token.start < offset && (offset < token.end || (offset === token.end && goesOn(text, token.closed)));
    if (token.kind === 'space') continue;
    if (isInside && (token.kind === 'comment' || token.kind === 'number')) return undefined;
    if (isInside && token.kind === 'quoted' && !isName({ kind: token.kind, text }, rules)) return undefined;
    if (token.kind === 'comment') continue;
    if (token.kind === 'delimiter') {
      if (token.end <= offset) lexemes.length = 0;
      else break;
      depth = 0;
      continue;
    }
    if (text === ')') depth = Math.max(0, depth - 1);
    lexemes.push({ ...token, text, word: token.kind === 'word' ? text.toUpperCase() : text, depth });
    if (text === '(') depth += 1;
  }
  const own = lexemes.findIndex((one) => one.start < offset && offset <= one.end && isName(one, rules));
  const current = lexemes[own];
  const next = lexemes.findIndex(({ start }) => start >= offset);
  const at = current ? own : next === -1 ? lexemes.length : next;
  const isOpen = current?.closed === false;
  const dot = lexemes[at - 1]?.text === '.' ? lexemes[at - 2] : undefined;
  return {
    wants: dot ? 'member' : wantedAt(lexemes, at),
    start: current?.start ?? offset,
    end: current && !isOpen ? current.end : offset,
    qualifier: dot && nameKey(dot.text),
    tables: namedTables(lexemes, rules),
  };
}

/** Behind its last character one is still in it: a number, a line comment, a comment or quote that is not closed. */
const goesOn = (text: string, closed: boolean): boolean => !closed || /^(?:\d|\.\d|--|#)/.test(text);

/** Words behind which a table is named, and behind which an expression begins. */
const TABLE = /^(?:FROM|JOIN|INTO|UPDATE|TABLE|ONLY|LATERAL|REFERENCES)$/;
const EXPRESSION =
  /^(?:SELECT|DISTINCT|ALL|WHERE|AND|OR|NOT|ON|BY|HAVING|SET|CASE|WHEN|THEN|ELSE|LIKE|ILIKE|BETWEEN|RETURNING|USING|IN|EXISTS)$/;
/** Words that begin a part of a statement. */
const PART = /^(?:SELECT|FROM|JOIN|INTO|UPDATE|WHERE|ON|USING|BY|HAVING|SET|VALUES|RETURNING|LIMIT|OFFSET)$/;

function wantedAt(lexemes: readonly Lexeme[], at: number): StatementPlace['wants'] {
  const before = lexemes[at - 1];
  if (!before) return 'none';
  if (TABLE.test(before.word)) return 'table';
  if (EXPRESSION.test(before.word)) return 'column';
  if (before.text === '*' && /^(?:SELECT|DISTINCT|[.,(])$/.test(lexemes[at - 2]?.word ?? '')) return 'none';
  if (before.kind === 'word' || before.kind === 'number' || before.kind === 'quoted' || before.text === ')')
    return 'none';
  const { part, bracket } = partBefore(lexemes, at);
  if (bracket > 0 && TABLE.test(lexemes[bracket - 1]?.word ?? '')) return 'table';
  return part === 'FROM' || part === 'UPDATE' ? 'table' : part === undefined && bracket === -1 ? 'none' : 'column';
}

/** The word that begins the part of the statement, and the index of the bracket, that a token stands in; -1 for no bracket. */
function partBefore(
  lexemes: readonly Lexeme[],
  from: number,
): { readonly part: string | undefined; readonly bracket: number } {
  let depth = 0;
  for (let at = from - 1; at >= 0; at -= 1) {
    const { text, word } = lexemes[at] as Lexeme;
    if (text === ')') depth += 1;
    else if (text === '(' && depth === 0) return { part: undefined, bracket: at };
    else if (text === '(') depth -= 1;
    else if (depth === 0 && PART.test(word)) return { part: word, bracket: -1 };
  }
  return { part: undefined, bracket: -1 };
}
