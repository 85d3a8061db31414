import type { SqliteConnection } from './driver.ts';

/** The tables of a database that have foreign keys, with the tables that they refer to. */
export interface ForeignKeyTables {
  readonly children: readonly { readonly name: string; readonly parents: readonly string[] }[];
  /** Triggers write to tables that no statement names. */
  readonly hasTriggers: boolean;
}

export function readForeignKeyTables(database: SqliteConnection): ForeignKeyTables {
  const tables = database
    .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE '%references%'")
    .all();
  const parents = database.prepare('SELECT DISTINCT "table" AS parent FROM pragma_foreign_key_list(?)');
  const children = tables.map(({ name }) => ({
    name: String(name),
    parents: parents.all(name).map(({ parent }) => String(parent)),
  }));
  return { children: children.filter((table) => table.parents.length > 0), hasTriggers: hasTriggers(database) };
}

const hasTriggers = (database: SqliteConnection): boolean =>
  database
    .prepare(
      "SELECT 1 FROM main.sqlite_schema WHERE type = 'trigger' UNION ALL SELECT 1 FROM sqlite_temp_master WHERE type = 'trigger'",
    )
    .get() !== undefined;

/** The text of statements as SQLite compares names: capital letters of ASCII only do not count. */
export const comparable = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());

/** True where statements may make, drop or rename foreign keys or triggers. */
export const mayChangeForeignKeys = (text: string): boolean =>
  /references|rename|drop|trigger|pragma|sqlite_/.test(text);

/**
 * The tables whose foreign keys statements may break: those that their text names, and those whose parents it names. SQLite has no
 * dynamic SQL, so a table that is not in the text is changed by a trigger only; a text that holds the name for another reason costs a look.
 */
export function tablesTouched({ children, hasTriggers }: ForeignKeyTables, text: string): readonly string[] {
  const all = hasTriggers || /trigger|sqlite_/.test(text);
  return children
    .filter(({ name, parents }) => all || [name, ...parents].some((table) => isNamed(table, text)))
    .map(({ name }) => name);
}

/** A quote inside of a name may be written in several ways, so such a table counts as named. */
const isNamed = (name: string, text: string): boolean => /["'`\]]/.test(name) || text.includes(comparable(name));
