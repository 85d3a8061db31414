import { statementCode } from './statement-code.ts';
import { WRITES_FILE } from './statement-guard.ts';

/**
 * What a statement does, as far as its words tell. `rows`: it reads rows or writes those of one table and commits nothing by itself;
 * `table` is undefined where it only reads. `session`: it changes only the session. `other`: DDL and whatever else.
 */
export type StatementKind =
  | { readonly type: 'rows'; readonly table: TableName | undefined; readonly calls: readonly string[] }
  | { readonly type: 'session' }
  | { readonly type: 'other' };

export interface TableName {
  /** Undefined: the one that the session is in. */
  readonly database: string | undefined;
  readonly name: string;
}

const IDENTIFIER = '(?:`(?:[^`]|``)+`|[\\w$\\u0080-\\uffff]+)';
const TABLE = `(${IDENTIFIER})(?:\\s*\\.\\s*(${IDENTIFIER}))?`;
const ALIAS = `(?:\\s+(?:AS\\s+)?${IDENTIFIER})?`;
/** Words that stand between the verb and the table. */
const NOT_WORD = '(?!(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|IGNORE|INTO)\\b)';
const SINGLE_TABLE = [
  `^INSERT(?:\\s+(?:LOW_PRIORITY|HIGH_PRIORITY))?(?:\\s+IGNORE)?(?:\\s+INTO)?\\s+${NOT_WORD}${TABLE}(?![\\w$.])`,
  `^REPLACE(?:\\s+LOW_PRIORITY)?(?:\\s+INTO)?\\s+${NOT_WORD}${TABLE}(?![\\w$.])`,
  `^UPDATE(?:\\s+LOW_PRIORITY)?(?:\\s+IGNORE)?\\s+${NOT_WORD}${TABLE}${ALIAS}\\s+SET\\b`,
  `^DELETE(?:\\s+LOW_PRIORITY)?(?:\\s+QUICK)?(?:\\s+IGNORE)?\\s+FROM\\s+${TABLE}(?:\\s+WHERE\\b|\\s+ORDER\\b|\\s+LIMIT\\b|\\s+RETURNING\\b|\\s*;*\\s*$)`,
].map((source) => new RegExp(source, 'i'));

const SESSION =
  /^(?:SET\s+(?!(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT|RESOURCE|STATEMENT)\b)(?![\s\S]*(?:@@(?:GLOBAL|PERSIST)|,\s*(?:GLOBAL|PERSIST)\b))|USE\b|PREPARE\b|DEALLOCATE\b|SHOW\b)/i;

export function statementKind(statement: string): StatementKind {
  const { text, hasVersionedCode } = statementCode(statement);
  if (hasVersionedCode) return { type: 'other' };
  if (SESSION.test(text)) return { type: 'session' };
  if (WRITES_FILE.test(text) || /^INSERT\s+DELAYED\b/i.test(text)) return { type: 'other' };
  if (/^(?:SELECT|VALUES|TABLE|\()/i.test(text)) return { type: 'rows', table: undefined, calls: callsIn(text) };
  const table = tableWritten(text);
  return table ? { type: 'rows', table, calls: callsIn(text) } : { type: 'other' };
}

function tableWritten(text: string): TableName | undefined {
  const found = SINGLE_TABLE.map((pattern) => pattern.exec(text)).find(Boolean);
  if (!found?.[1]) return undefined;
  const first = unquoted(found[1]);
  const second = found[2] === undefined ? undefined : unquoted(found[2]);
  return second === undefined ? { database: undefined, name: first } : { database: first, name: second };
}

const unquoted = (name: string): string => (name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name);

/** Names before a parenthesis: the functions that are called, and others. */
const callsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(new RegExp(`(${IDENTIFIER})\\s*\\(`, 'g'))].map(([, name]) => unquoted(name ?? ''))),
];

const LEAVES_SESSION_ALONE =
  /^(?:CREATE(?!\s+(?:OR\s+REPLACE\s+)?TEMPORARY\b)|ALTER|DROP|RENAME|TRUNCATE|INSERT|REPLACE|UPDATE|DELETE|WITH|SELECT|VALUES|TABLE|SHOW|GRANT|REVOKE|ANALYZE|OPTIMIZE|CHECK|REPAIR|\()/i;

/** True where a statement may leave settings, variables, locks or temporary tables behind in its session. */
export function changesSession(statement: string): boolean {
  const { text, hasVersionedCode } = statementCode(statement);
  return hasVersionedCode || !LEAVES_SESSION_ALONE.test(text) || /:=|\bINTO\s+@/i.test(text);
}

/** Whether tables are locked by the session after the statement; undefined: as before. */
export function locksTables(statement: string): boolean | undefined {
  const { text } = statementCode(statement);
  if (/^LOCK\s+TABLES?\b/i.test(text)) return true;
  return /^UNLOCK\s+TABLES?\b/i.test(text) ? false : undefined;
}
