import { type Backend, dialectOf } from '../model/connection.ts';
import type { Problem } from '../model/problem.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import type { PlanInputs } from './gather.ts';
import type { MigrationFile } from './migration-files.ts';
import { ownConnection } from './migration-place.ts';
import { fileProblem } from './named-file.ts';

/**
 * The migrations with the rollbacks that take something back: one that is empty or nothing but comments makes its migration irreversible. Migrations without a
 * statement are told as well. Spec: rulings, "Migration history, twice".
 */
export function withoutEmptyRollbacks(
  files: readonly MigrationFile[],
  inputs: PlanInputs,
  syntax: Pick<SqlSyntax, 'split'>,
  connection: string | undefined,
): { readonly files: readonly MigrationFile[]; readonly problems: readonly Problem[] } {
  const dialect = dialectIn(inputs, connection);
  if (!dialect) return { files, problems: [] };
  const isEmpty = (path: string): boolean => {
    const read = inputs.scripts.get(path);
    return read?.type === 'found' && hasNoStatement(read.text, dialect, syntax);
  };
  const problems: Problem[] = [];
  const kept = files.map((file) => {
    if (isEmpty(file.path)) problems.push(emptyMigration(file.path));
    if (file.rollback === undefined || !isEmpty(file.rollback)) return file;
    problems.push(emptyRollback(file.rollback, file.path));
    return { ...file, rollback: undefined };
  });
  return { files: kept, problems };
}

function dialectIn({ config, target, connections }: PlanInputs, name: string | undefined): Backend | undefined {
  const ref = ownConnection(config, target);
  const own = ref === undefined ? undefined : config?.connections.get(ref)?.value;
  const connection = name === undefined ? own : connections.get(name);
  return connection && dialectOf(connection);
}

/** Only a text that may be nothing but comments is split to find out. */
function hasNoStatement(text: string, dialect: Backend, syntax: Pick<SqlSyntax, 'split'>): boolean {
  const first = text.split('\n').find((line) => !/^\s*(--.*)?$/.test(line));
  if (first === undefined) return true;
  if (!/^\s*(\/\*|#)/.test(first)) return false;
  const { statements, problems } = syntax.split(text, dialect);
  return statements.length === 0 && problems.length === 0;
}

/** Whoever fills it after it was applied has changed an applied migration. */
const emptyMigration = (path: string): Problem =>
  fileProblem(
    'MIGRATION_EMPTY',
    path,
    `${path} has no statement. Once it is applied, what it is to do cannot be added to it any more.`,
    'warning',
  );

const emptyRollback = (rollback: string, path: string): Problem =>
  fileProblem(
    'ROLLBACK_EMPTY',
    rollback,
    `${rollback} has no statement, so that ${path} cannot be taken back.`,
    'information',
  );
