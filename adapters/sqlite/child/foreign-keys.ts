import type { SqliteConnection } from './driver.ts';
import { Refusal } from './failure.ts';

interface Violation {
  readonly table: string;
  readonly parent: string;
  readonly rowid: string;
}

/** The violations of a database, and where its tables are stored: a rebuilt table has other rowids. */
interface Observation {
  readonly violations: readonly Violation[];
  readonly roots: ReadonlyMap<string, number>;
  /** Changes when another connection has written. */
  readonly dataVersion: unknown;
}

/** Why the check could not be made, such as a foreign key that names no unique column. */
interface Unchecked {
  readonly message: string;
  readonly dataVersion: unknown;
}

/** Compares foreign keys before and after a migration: what was broken before must not stop a migration that has nothing to do with it. */
export interface ForeignKeyGuard {
  /** In the open transaction, before the first statement. */
  before(): void;
  /** In the open transaction, before COMMIT. Throws a `Refusal` that names the tables. Answers a warning for the log, if any. */
  after(): string | undefined;
  /** The transaction was committed (its last observation holds from now on) or rolled back. */
  ended(committed: boolean): void;
}

export function createForeignKeyGuard(database: SqliteConnection): ForeignKeyGuard {
  let known: Observation | Unchecked | undefined;
  let latest: Observation | Unchecked | undefined;
  return {
    before() {
      if (known?.dataVersion !== dataVersion(database)) known = undefined;
      known ??= observe(database);
    },
    after() {
      latest = observe(database);
      if (!known) throw new Error('The foreign keys were not looked at before the migration.');
      return compare(known, latest);
    },
    ended(committed) {
      if (committed && latest) known = latest;
      latest = undefined;
    },
  };
}

function compare(before: Observation | Unchecked, after: Observation | Unchecked): string | undefined {
  if ('message' in after) {
    if ('message' in before) return `The foreign keys cannot be checked: ${after.message}`;
    throw new Refusal(`After the migration the foreign keys cannot be checked: ${after.message}`);
  }
  if (after.violations.length === 0) return undefined;
  if ('message' in before)
    return `Rows break foreign keys (${pairs(after.violations)}); before, they could not be checked.`;
  const added = newViolations(before, after);
  if (added.length === 0)
    return `Rows broke foreign keys before the migration and still do: ${pairs(after.violations)}.`;
  throw new Refusal(
    `The migration leaves rows that break foreign keys: ${pairs(added)}.`,
    'Foreign keys are off while a migration runs and are checked before it is committed; deletes do not cascade.',
  );
}

/** Violations that were not there before. In a rebuilt table rowids mean nothing, so there the numbers are compared. */
function newViolations(before: Observation, after: Observation): readonly Violation[] {
  const key = ({ table, parent, rowid }: Violation) => JSON.stringify([table, parent, rowid]);
  const known = new Set(before.violations.map(key));
  const pair = ({ table, parent }: Violation) => JSON.stringify([table, parent]);
  const [countBefore, countAfter] = [countBy(before.violations, pair), countBy(after.violations, pair)];
  return after.violations.filter((violation) => {
    const isSameTable = before.roots.get(violation.table) === after.roots.get(violation.table);
    if (isSameTable && violation.rowid !== 'null') return !known.has(key(violation));
    return (countAfter.get(pair(violation)) ?? 0) > (countBefore.get(pair(violation)) ?? 0);
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

function observe(database: SqliteConnection): Observation | Unchecked {
  const version = dataVersion(database);
  const check = database.prepare('PRAGMA foreign_key_check');
  check.setReadBigInts(true);
  try {
    const violations = check.all().map(({ table, parent, rowid }) => ({
      table: String(table),
      parent: String(parent),
      rowid: String(rowid),
    }));
    const roots = violations.length > 0 ? rootPages(database) : new Map<string, number>();
    return { violations, roots, dataVersion: version };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), dataVersion: version };
  }
}

function rootPages(database: SqliteConnection): ReadonlyMap<string, number> {
  const tables = database.prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'").all();
  return new Map(tables.map(({ name, rootpage }) => [String(name), Number(rootpage)]));
}

const dataVersion = (database: SqliteConnection): unknown =>
  database.prepare('PRAGMA data_version').get()?.data_version;
