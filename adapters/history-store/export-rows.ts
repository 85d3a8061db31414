import type { Database } from 'sql.js';
import type { MigrationRow, RunRecord } from '../../core/index.ts';
import { rowsOf, textIn } from './rows.ts';
import { tryIn } from './try-in.ts';

/** What is taken out of the history; times are ISO 8601, UTC, `from` included and `before` not. Undefined: all. */
export interface HistoryChoice {
  readonly target: string | undefined;
  readonly from: string | undefined;
  readonly before: string | undefined;
}

const pageSize = 500;

const within = (column: string): string =>
  `(:target IS NULL OR target_name = :target OR target_name LIKE :target || '/%') AND (:from IS NULL OR ${column} >= :from) AND (:before IS NULL OR ${column} < :before)`;

const bound = ({ target, from, before }: HistoryChoice, after: string | number) => ({
  ':target': target ?? null,
  ':from': from ?? null,
  ':before': before ?? null,
  ':after': after,
});

/** Some runs, oldest first, behind the last one of the page before. */
export const runsPage = (database: Database, choice: HistoryChoice, after: string): readonly RunRecord[] =>
  rowsOf(
    database,
    `SELECT record FROM runs WHERE id > :after AND ${within('created_at')} ORDER BY id LIMIT ${pageSize}`,
    bound(choice, after),
  ).map((row) => JSON.parse(textIn(row, 'record')) as RunRecord);

/** A try of a migration with its place in the table. */
export interface ExportedMigration extends MigrationRow {
  readonly row: number;
}

/** Some tries of migrations, in the order in which they were recorded. */
export const migrationsPage = (
  database: Database,
  choice: HistoryChoice,
  after: number,
): readonly ExportedMigration[] =>
  rowsOf(
    database,
    `SELECT * FROM migration_attempts WHERE id > :after AND ${within('applied_at')} ORDER BY id LIMIT ${pageSize}`,
    bound(choice, after),
  ).map((row) => ({ ...tryIn(row), row: Number(row.id) }));
