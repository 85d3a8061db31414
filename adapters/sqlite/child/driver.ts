import { createRequire } from 'node:module';

export interface SqliteStatement {
  run(...values: readonly unknown[]): unknown;
  get(...values: readonly unknown[]): Record<string, unknown> | undefined;
  all(...values: readonly unknown[]): Record<string, unknown>[];
  iterate(...values: readonly unknown[]): IterableIterator<unknown>;
  columns(): readonly { readonly name: string }[];
  setReadBigInts(on: boolean): void;
  setReturnArrays?(on: boolean): void;
  readonly expandedSQL: string;
}

export interface SqliteConnection {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
  readonly isTransaction?: boolean;
}

/** What `node:sqlite` and its twin `@photostructure/sqlite` have in common. */
export interface SqliteDriver {
  readonly DatabaseSync: new (location: URL) => SqliteConnection;
  readonly backup?: (source: SqliteConnection, file: string, options: { readonly rate: number }) => Promise<number>;
}

/** Node's own driver, else the package at `path`; undefined where there is neither. */
export function loadDriver(path: string | undefined): SqliteDriver | undefined {
  // The child's code comes from standard input: there is no file to resolve from.
  const require = createRequire(`${process.cwd()}/`);
  for (const name of ['node:sqlite', path]) {
    if (name === undefined) continue;
    try {
      return require(name) as SqliteDriver;
    } catch (error) {
      // A Node without the module is expected; a package that is there and does not load is not.
      if (name !== 'node:sqlite') process.stderr.write(`${String(error)}\n`);
    }
  }
  return undefined;
}
