import type { SqliteConnection, SqliteStatement } from './driver.ts';
import { Refusal } from './failure.ts';
import {
  comparable,
  type ForeignKeyTables,
  mayChangeForeignKeys,
  readForeignKeyTables,
  tablesTouched,
} from './foreign-key-tables.ts';

interface Violation {
  readonly table: string;
  readonly parent: string;
  readonly rowid: string;
}

/** The violations of one table, and where it is stored: a rebuilt table has other rowids. */
interface Checked {
  readonly violations: readonly Violation[];
  readonly root: number | undefined;
}

/** Why a table could not be checked, such as a foreign key that names no unique column. */
interface Unchecked {
  readonly message: string;
}

type Observations = ReadonlyMap<string, Checked | Unchecked>;

/** Compares foreign keys before and after a migration: what was broken before must not stop a migration that has nothing to do with it. */
export interface ForeignKeyGuard {
  /** In the open transaction, before statements run: looks at the tables that they may touch. */
  before(statements: readonly string[]): void;
  /** In the open transaction, before COMMIT. Throws a `Refusal` that names the tables. Answers a warning for the log, if any. */
  after(): string | undefined;
  /** The transaction was committed (its last observations hold from now on) or rolled back. */
  ended(committed: boolean): void;
  /** This connection has changed the database without the guard. */
  forget(): void;
  /** What is broken now, as a warning for the log. */
  standing(): string | undefined;
}

export function createForeignKeyGuard(
  database: SqliteConnection,
  prepared: (sql: string) => SqliteStatement,
): ForeignKeyGuard {
  /** What is committed, as far as it was looked at; holds until another connection writes. */
  const known = new Map<string, Checked | Unchecked>();
  let tables: ForeignKeyTables | undefined;
  let version: unknown;
  let text = '';
  let latest: { readonly tables: ForeignKeyTables; readonly observed: Observations } | undefined;
  const forget = () => {
    known.clear();
    tables = undefined;
  };
  const observeAll = (names: readonly string[]): Observations =>
    new Map(names.map((name) => [name, observe(database, name)]));

  return {
    before(statements) {
      const now = prepared('PRAGMA data_version').get()?.data_version;
      if (now !== version) forget();
      version = now;
      tables ??= readForeignKeyTables(database);
      const added = comparable(statements.join('\n'));
      for (const name of tablesTouched(tables, added)) {
        // What an earlier statement of the transaction may have touched was looked at then.
        if (!known.has(name)) known.set(name, observe(database, name));
      }
      text += `\n${added}`;
    },
    after() {
      if (!tables) throw new Error('The foreign keys were not looked at before the migration.');
      const now = mayChangeForeignKeys(text) ? readForeignKeyTables(database) : tables;
      latest = { tables: now, observed: observeAll(tablesTouched(now, text)) };
      return compare(known, latest.observed);
    },
    ended(committed) {
      text = '';
      if (committed && latest) {
        tables = latest.tables;
        for (const [name, observation] of latest.observed) known.set(name, observation);
        const names = new Set(tables.children.map(({ name }) => name));
        for (const name of known.keys()) if (!names.has(name)) known.delete(name);
      }
      latest = undefined;
    },
    forget,
    standing() {
      const observed = observeAll(readForeignKeyTables(database).children.map(({ name }) => name));
      return warningOf(observed, 'Rows break foreign keys');
    },
  };
}

function compare(before: Observations, after: Observations): string | undefined {
  const added: Violation[] = [];
  for (const [name, now] of after) {
    const then = before.get(name) ?? { violations: [], root: undefined };
    if ('message' in then) continue;
    if ('message' in now) throw new Refusal(`After the migration the foreign keys cannot be checked: ${now.message}`);
    added.push(...newViolations(then, now));
  }
  if (added.length === 0)
    return warningOf(after, 'Rows broke foreign keys before the migration, or could not be checked, and still do');
  throw new Refusal(
    `The migration leaves rows that break foreign keys: ${pairs(added)}.`,
    'Foreign keys are off while a migration runs and are checked before it is committed; deletes do not cascade.',
  );
}

function warningOf(observed: Observations, what: string): string | undefined {
  const all = [...observed.values()];
  const violations = all.flatMap((one) => ('message' in one ? [] : one.violations));
  const messages = all.flatMap((one) => ('message' in one ? [one.message] : []));
  const sentences = [
    ...(violations.length > 0 ? [`${what}: ${pairs(violations)}.`] : []),
    ...(messages.length > 0 ? [`Foreign keys cannot be checked: ${messages.join('; ')}.`] : []),
  ];
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

/** Violations that were not there before. In a rebuilt table rowids mean nothing, so there the numbers are compared. */
function newViolations(before: Checked, after: Checked): readonly Violation[] {
  const key = ({ parent, rowid }: Violation) => JSON.stringify([parent, rowid]);
  const known = new Set(before.violations.map(key));
  const countBefore = countBy(before.violations, ({ parent }) => parent);
  const countAfter = countBy(after.violations, ({ parent }) => parent);
  return after.violations.filter((violation) => {
    if (before.root === after.root && violation.rowid !== 'null') return !known.has(key(violation));
    return (countAfter.get(violation.parent) ?? 0) > (countBefore.get(violation.parent) ?? 0);
  });
}

function pairs(violations: readonly Violation[]): string {
  const counts = countBy(violations, ({ table, parent }) => `"${table}" → "${parent}"`);
  return [...counts].map(([pair, rows]) => `${pair} (${rows} ${rows === 1 ? 'row' : 'rows'})`).join(', ');
}

function countBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function observe(database: SqliteConnection, table: string): Checked | Unchecked {
  const check = database.prepare(`PRAGMA main.foreign_key_check('${table.replaceAll("'", "''")}')`);
  check.setReadBigInts(true);
  try {
    const violations = check.all().map(({ parent, rowid }) => ({
      table,
      parent: String(parent),
      rowid: String(rowid),
    }));
    return { violations, root: violations.length > 0 ? rootPage(database, table) : undefined };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

const rootPage = (database: SqliteConnection, table: string): number =>
  Number(
    database.prepare("SELECT rootpage FROM main.sqlite_schema WHERE type = 'table' AND name = ?").get(table)?.rootpage,
  );
