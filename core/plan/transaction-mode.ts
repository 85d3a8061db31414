import { type Backend, hasTransactionalDdl } from '../model/connection.ts';
import type { SqlStatement } from '../ports/sql-syntax.ts';
import type { ScriptHeader } from './script-header.ts';

/**
 * How a script is applied: in one transaction with its history row, or statement by statement because of `why`, which is short enough for
 * "runs statement by statement: VACUUM". Spec: rulings, "Transactions", "Migration history, twice".
 */
export type TransactionMode = { readonly type: 'transaction' } | { readonly type: 'alone'; readonly why: string };

/** A statement that no transaction takes, by its first words and, where they are not enough, its text. */
interface Outsider {
  readonly words: RegExp;
  readonly text?: RegExp;
  /** What it is called in a note; absent: its words up to the end of the match. */
  readonly name?: string;
}

const OUTSIDERS: Readonly<Partial<Record<Backend, readonly Outsider[]>>> = {
  postgresql: [
    { words: /^CREATE (UNIQUE )?INDEX CONCURRENTLY\b/ },
    { words: /^DROP INDEX CONCURRENTLY\b/ },
    {
      words:
        /^REINDEX( (VERBOSE|TABLESPACE|TRUE|FALSE|ON|OFF))*( CONCURRENTLY| (SCHEMA|DATABASE|SYSTEM)| (INDEX|TABLE) CONCURRENTLY)\b/,
    },
    { words: /^VACUUM\b/ },
    { words: /^CLUSTER\b/, text: /^cluster(\s*\([^)]*\))?(\s+verbose)?$/i },
    { words: /^(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)\b/ },
    { words: /^ALTER (SYSTEM|SUBSCRIPTION)\b/ },
    { words: /^ALTER DATABASE\b/, text: /\bset\s+tablespace\b/i, name: 'ALTER DATABASE SET TABLESPACE' },
    {
      words: /^ALTER TABLE\b/,
      text: /\bdetach\s+partition\s[^;]*\bconcurrently$/i,
      name: 'DETACH PARTITION CONCURRENTLY',
    },
    { words: /^DISCARD ALL\b/ },
  ],
  sqlite: [
    { words: /^(VACUUM|ATTACH|DETACH)\b/ },
    { words: /^PRAGMA( \w+)? (JOURNAL_MODE|SYNCHRONOUS|TEMP_STORE|WAL_CHECKPOINT)\b/ },
    { words: /^PRAGMA (JOURNAL_MODE|SYNCHRONOUS|TEMP_STORE|WAL_CHECKPOINT)\b/ },
  ],
};

/** `server` is what the server calls its version; undefined where it was not asked. */
export function transactionMode(
  script: { readonly statements: readonly SqlStatement[]; readonly header: ScriptHeader },
  dialect: Backend,
  server?: string,
): TransactionMode {
  if (!hasTransactionalDdl(dialect)) return { type: 'alone', why: `${dialect} commits at every change of a schema` };
  if (script.header.noTransaction) return { type: 'alone', why: 'its header says no-transaction' };
  for (const [i, statement] of script.statements.entries()) {
    const why = whyOutside(statement, dialect) ?? enumValueReason(script.statements, i, dialect, server);
    if (why !== undefined) return { type: 'alone', why };
  }
  return { type: 'transaction' };
}

/** All of a dialect in one expression: most statements are none of them. */
const ANY_OUTSIDER = new Map(
  Object.entries(OUTSIDERS).map(([dialect, outsiders]) => [
    dialect,
    new RegExp(outsiders.map(({ words }) => `(?:${words.source})`).join('|')),
  ]),
);

function whyOutside({ keywords, text }: SqlStatement, dialect: Backend): string | undefined {
  const words = keywords.join(' ');
  if (!ANY_OUTSIDER.get(dialect)?.test(words)) return undefined;
  for (const outsider of OUTSIDERS[dialect] ?? []) {
    const match = outsider.words.exec(words);
    if (match && (outsider.text?.test(text) ?? true)) return outsider.name ?? match[0];
  }
  return undefined;
}

const ADD_VALUE = /^ALTER TYPE( \w+){0,3} ADD VALUE\b/;
const NEW_VALUE = /\badd\s+value\s+(?:if\s+not\s+exists\s+)?('(?:[^']|'')*')/i;

/** A new value of an enumeration: servers before 12 take it in no transaction, and later ones let nobody use it before COMMIT. */
function enumValueReason(
  statements: readonly SqlStatement[],
  index: number,
  dialect: Backend,
  server: string | undefined,
): string | undefined {
  const statement = statements[index];
  if (dialect !== 'postgresql' || !statement || !ADD_VALUE.test(statement.keywords.join(' '))) return undefined;
  const major = /^PostgreSQL (\d+)/.exec(server ?? '')?.[1];
  if (major !== undefined && Number(major) < 12) return 'ALTER TYPE ADD VALUE on a server before PostgreSQL 12';
  const value = NEW_VALUE.exec(statement.text)?.[1];
  const isUsed = value !== undefined && statements.slice(index + 1).some(({ text }) => text.includes(value));
  return isUsed ? `ALTER TYPE ADD VALUE ${value}, which is used further down` : undefined;
}
