import type { SqlError } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import { statementCode } from './statement-code.ts';

const OWN_TRANSACTION =
  /^(BEGIN(?!\s+NOT\s+ATOMIC\b)(?:\s+WORK)?|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE\s+SAVEPOINT|XA\s+\w+)\b/i;

/**
 * Why a statement of a script must not be sent: it would end the transaction that it is recorded in, give up the lock that keeps other
 * runners out, or stop the history from being written.
 */
export function scriptRefusal(statement: string): SqlError | undefined {
  const { text } = statementCode(statement);
  const word = OWN_TRANSACTION.exec(text)?.[1]?.toUpperCase().replace(/\s+/g, ' ');
  if (word)
    return own(
      `${word} stands in a script whose statements are committed and recorded one by one, because the server commits DDL by itself. Remove it.`,
    );
  if (/^FLUSH\b[\s\S]*\b(?:WITH\s+READ\s+LOCK|FOR\s+EXPORT)\b/i.test(text))
    return own('FLUSH … WITH READ LOCK would keep the migration history from being written. Remove it.');
  return nulRefusal(statement) ?? lockRefusal(text);
}

const READS = /^(?:SELECT|WITH|VALUES|TABLE|SHOW|EXPLAIN|DESC|DESCRIBE)\b|^\(/i;

/** Why a text is not sent as a query: some statements write files even in a read-only transaction, so only what reads is let in. */
export function readRefusal(sql: string): SqlError | undefined {
  const { text } = statementCode(sql);
  if (!READS.test(text)) return own('A query begins with SELECT, WITH, VALUES or another word that only reads.');
  // The server's sql_mode decides which of the two readings is its own.
  if (WRITES_FILE.test(text) || WRITES_FILE.test(statementCode(sql, false).text))
    return own('A query must not write a file: remove INTO OUTFILE or INTO DUMPFILE.');
  return nulRefusal(sql) ?? lockRefusal(text);
}

export const WRITES_FILE = /\bINTO\s+(?:OUTFILE|DUMPFILE)\b/i;

function nulRefusal(sql: string): SqlError | undefined {
  const offset = sql.indexOf('\0');
  if (offset < 0) return undefined;
  return sqlErrorOf('The statement holds a NUL character, which SQL text cannot carry. Remove it.', { offset });
}

function lockRefusal(code: string): SqlError | undefined {
  return /\bRELEASE_(?:ALL_LOCKS|LOCK)\s*\(/i.test(code)
    ? own('RELEASE_LOCK would give up the lock that keeps other runs out of this database. Remove it.')
    : undefined;
}

const own = (message: string): SqlError => sqlErrorOf(message, { offset: 0 });
