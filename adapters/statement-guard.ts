import type { SqlError } from '../core/index.ts';

const ENDS_TRANSACTION =
  /^\s*(BEGIN|COMMIT|END|ABORT|ROLLBACK(?!\s+(?:WORK\s+|TRANSACTION\s+)?TO\b)|START\s+TRANSACTION|PREPARE\s+TRANSACTION)\b/i;

/**
 * Why a statement of a script must not be sent: what the servers would do silently with it. A driver's text ends at the first NUL, so
 * the rest of the statement would be left out; a COMMIT would tear the migration from its history row.
 */
export function statementRefusal(statement: string): SqlError | undefined {
  const nul = statement.indexOf('\0');
  if (nul >= 0) return refusal('The statement holds a NUL character, which SQL text cannot carry. Remove it.', nul);
  const word = ENDS_TRANSACTION.exec(statement)?.[1];
  if (word)
    return refusal(
      `${word.toUpperCase()} stands in a script that runs in one transaction with its history row. Remove it.`,
      0,
    );
  return undefined;
}

const READS = /^(?:SELECT|WITH|VALUES|TABLE|SHOW|EXPLAIN|PRAGMA)\b|^\(/i;

/** Why a text is not sent as a query: some statements write files even in a read-only transaction, so only what reads is let in. */
export function queryRefusal(sql: string): SqlError | undefined {
  const nul = sql.indexOf('\0');
  if (nul >= 0) return refusal('The query holds a NUL character, which SQL text cannot carry. Remove it.', nul);
  if (!READS.test(withoutLeadingBlanks(sql)))
    return refusal('A query begins with SELECT, WITH, VALUES or another word that only reads.', 0);
  return undefined;
}

/** Without white space, comments and semicolons in front. */
export const withoutLeadingBlanks = (sql: string): string =>
  sql.replace(/^(?:[\s;\ufeff]+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, '');

const refusal = (message: string, offset: number): SqlError => ({
  message,
  sqlstate: undefined,
  offset,
  detail: undefined,
  hint: undefined,
});
