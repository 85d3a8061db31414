import { dialectOf, type PlannedConnection } from '../model/connection.ts';
import type { Problem, Severity } from '../model/problem.ts';
import type { SqlStatement } from '../ports/sql-syntax.ts';
import type { PreparedScript, ScriptPlace } from './prepare-script.ts';

const OWN_TRANSACTION =
  /^(BEGIN(?! ATOMIC)|COMMIT|ROLLBACK(?! TO)|END|ABORT|START TRANSACTION|PREPARE TRANSACTION|SAVEPOINT .*)\b/;
const MYSQL_AUTOCOMMIT = /^SET (SESSION )?AUTOCOMMIT\b/;

/**
 * What keeps a script from being run by the engine: text that cannot be split, files that are not there, placeholders without a value,
 * transaction commands of its own, and a client command that leads to another database. All of them, with positions.
 */
export function scriptProblems(script: PreparedScript, connection: PlannedConnection): readonly Problem[] {
  const dialect = dialectOf(connection);
  return [
    ...script.faults.map((fault) => scriptProblem(fault.code, fault.message, fault, 1)),
    ...script.statements.flatMap((statement) => {
      const words = statement.keywords.join(' ');
      const isOwn = OWN_TRANSACTION.test(words) || (dialect === 'mysql' && MYSQL_AUTOCOMMIT.test(words));
      return isOwn ? [ownTransaction(statement, script.placeOf(statement))] : [];
    }),
    ...otherDatabases(script, connection),
  ];
}

function ownTransaction({ keywords }: SqlStatement, place: ScriptPlace): Problem {
  const [word = ''] = keywords;
  const message = `${word} stands in a migration. The engine opens and ends its transaction, together with the history row; remove the ${word}. A file that needs several transactions becomes several files.`;
  return scriptProblem('OWN_TRANSACTION', message, place, word.length);
}

function otherDatabases(script: PreparedScript, connection: PlannedConnection): Problem[] {
  const own = databaseOf(connection);
  const leads = own === undefined ? 'is not known to lead there' : `leads to "${own}"`;
  return script.directives.flatMap((directive) => {
    if (directive.type !== 'connect' || ['', '-', own].includes(directive.database)) return [];
    const message = `The script changes to the database "${directive.database}"; the connection "${connection.ref}" ${leads}. A migration stays in the database of its target: remove the line, or run the rest in a plan for that database.`;
    return [scriptProblem('OTHER_DATABASE', message, script.directivePlace(directive), 1)];
  });
}

/** Undefined where only the run knows the address. */
function databaseOf(connection: PlannedConnection): string | undefined {
  if ('variable' in connection) return undefined;
  return connection.backend === 'sqlite' ? connection.file : connection.database;
}

function scriptProblem(
  code: string,
  message: string,
  { file, line, column }: ScriptPlace,
  length: number,
  severity: Severity = 'error',
): Problem {
  const range = { start: { line, column }, end: { line, column: column + length } };
  return { code, severity, message, file, range, related: [], fixes: [] };
}
