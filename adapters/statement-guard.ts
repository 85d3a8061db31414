import type { SqlError } from '../core/index.ts';
import { sqlErrorOf } from './sql-refusal.ts';

const ENDS_TRANSACTION =
  /^(BEGIN|COMMIT|END|ABORT|ROLLBACK(?!\s+(?:WORK\s+|TRANSACTION\s+)?TO\b)|START\s+TRANSACTION|PREPARE\s+TRANSACTION)\b/i;

/**
 * Why a statement of a script that runs in one transaction must not be sent: what the servers would do silently with it. A driver's text
 * ends at the first NUL, so the rest of the statement would be left out; a COMMIT would tear the migration from its history row.
 */
export const statementRefusal = (statement: string): SqlError | undefined =>
  nulRefusal(statement) ??
  transactionRefusal(statement, 'stands in a script that runs in one transaction with its history row');

/** As `statementRefusal`, for a script that runs statement by statement: each one is committed as it ends. */
export const aloneRefusal = (statement: string): SqlError | undefined =>
  nulRefusal(statement) ??
  transactionRefusal(statement, 'stands in a script whose statements are committed and recorded one by one');

function nulRefusal(statement: string): SqlError | undefined {
  const offset = statement.indexOf('\0');
  if (offset < 0) return undefined;
  return sqlErrorOf('The statement holds a NUL character, which SQL text cannot carry. Remove it.', { offset });
}

function transactionRefusal(statement: string, where: string): SqlError | undefined {
  const word = ENDS_TRANSACTION.exec(withoutLeadingBlanks(statement))?.[1];
  return word ? sqlErrorOf(`${word.toUpperCase()} ${where}. Remove it.`, { offset: 0 }) : undefined;
}

const READS = /^(?:SELECT|WITH|VALUES|TABLE|SHOW|EXPLAIN|PRAGMA)\b|^\(/i;

/** Why a text is not sent as a query: some statements write files even in a read-only transaction, so only what reads is let in. */
export function queryRefusal(sql: string): SqlError | undefined {
  const nul = sql.indexOf('\0');
  if (nul >= 0)
    return sqlErrorOf('The query holds a NUL character, which SQL text cannot carry. Remove it.', { offset: nul });
  if (!READS.test(withoutLeadingBlanks(sql)))
    return sqlErrorOf('A query begins with SELECT, WITH, VALUES or another word that only reads.', { offset: 0 });
  return undefined;
}

/** Without white space, comments and semicolons in front. */
export const withoutLeadingBlanks = (sql: string): string =>
  sql.replace(/^(?:[\s;\ufeff]+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, '');
