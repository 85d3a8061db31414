import type { Backend } from '../model/connection.ts';
import type { Position, Problem, Range } from '../model/problem.ts';
import type { SqlStatement, SqlSyntax } from '../ports/sql-syntax.ts';

const ownTransaction =
  /^(BEGIN(?! ATOMIC)|COMMIT|ROLLBACK(?! TO)|END|ABORT|START TRANSACTION|PREPARE TRANSACTION|SAVEPOINT .*)\b/;
const outsideTransaction: Readonly<Partial<Record<Backend, RegExp>>> = {
  postgresql:
    /^(CREATE (UNIQUE )?INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|REINDEX .*CONCURRENTLY|VACUUM|CREATE DATABASE|DROP DATABASE|ALTER SYSTEM|CREATE TABLESPACE|DROP TABLESPACE)\b/,
  sqlite: /^(VACUUM|ATTACH|DETACH)\b/,
};

/**
 * What keeps a script from running as one transaction together with its history row: text that cannot be split, transaction
 * commands of its own, and statements that the server refuses inside a transaction. All of them, with positions.
 */
export function scriptProblems(file: string, text: string, dialect: Backend, syntax: SqlSyntax): readonly Problem[] {
  const split = syntax.split(text, dialect);
  const at = (start: Position, length: number): Range => ({
    start,
    end: { line: start.line, column: start.column + length },
  });
  const problem = (code: string, message: string, range: Range): Problem => ({
    code,
    severity: 'error',
    message,
    file,
    range,
    related: [],
    fixes: [],
  });
  return [
    ...split.problems.map(({ code, message, position }) => problem(code, message, at(position, 1))),
    ...split.statements.flatMap((statement) => {
      const found = statementProblem(statement, dialect);
      return found ? [problem(found.code, found.message, at(statement.start, found.length))] : [];
    }),
  ];
}

function statementProblem(statement: SqlStatement, dialect: Backend) {
  const words = statement.keywords.join(' ');
  if (ownTransaction.test(words)) {
    return {
      code: 'OWN_TRANSACTION',
      length: statement.keywords[0]?.length ?? 1,
      message: `${statement.keywords[0]} stands in a script that runs in one transaction with its history row. Remove it.`,
    };
  }
  if (outsideTransaction[dialect]?.test(words)) {
    return {
      code: 'NOT_IN_TRANSACTION',
      length: statement.keywords[0]?.length ?? 1,
      message: `${words} cannot run inside a transaction, and this version runs every migration in one. Run it by hand outside the plan.`,
    };
  }
  return undefined;
}
