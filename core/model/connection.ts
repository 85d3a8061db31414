/** The database a connection speaks to, after aliases are resolved. Spec: rulings, "Backends". */
export type Backend = 'postgresql' | 'mysql' | 'firebird' | 'sqlite' | 'scratchbird';

export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** How a SQLite database is reached; `file` is relative to the project. */
export interface FileConnection {
  readonly ref: string;
  readonly backend: 'sqlite';
  readonly file: string;
}

/**
 * How a database server is reached. `username` and `password` may be references, `${env:NAME}` or `${secret:NAME}`; a connection
 * never holds a secret in clear. Spec: vocabulary, "connection".
 */
export interface ServerConnection {
  readonly ref: string;
  readonly backend: 'postgresql' | 'mysql' | 'firebird' | 'scratchbird';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly sslMode: SslMode;
  /** A file with the certificate authority's certificate, relative to the project. */
  readonly sslRootCert: string | undefined;
  /** How a `scratchbird` server is reached; absent for every other backend. Spec: rulings, "Backends". */
  readonly protocol?: Emulation;
}

/** The wire protocols that a ScratchBird server speaks besides its own. */
export type Emulation = 'postgresql' | 'mysql' | 'firebird';

export type Connection = FileConnection | ServerConnection;

/** A database whose address an environment variable holds: until it is reached, only its backend is known. Spec: planning engine, "Migration Strategies". */
export interface AddressConnection {
  /** `${env:NAME}`. */
  readonly ref: string;
  readonly backend: Exclude<Backend, 'scratchbird'>;
  /** The name of the variable. */
  readonly variable: string;
}

/** A connection as far as a plan knows it. */
export type PlannedConnection = Connection | AddressConnection;

/** Ports that servers listen on where nobody names one. */
export const defaultPorts: Readonly<Record<Exclude<Backend, 'sqlite'>, number>> = {
  postgresql: 5432,
  mysql: 3306,
  firebird: 3050,
  scratchbird: 3092,
};

/** The backend whose protocol and SQL dialect a connection uses: for `scratchbird` the emulation that it names. */
export const dialectOf = (connection: Pick<Connection, 'backend'> & { readonly protocol?: Emulation }): Backend =>
  connection.backend === 'scratchbird' ? (connection.protocol ?? 'scratchbird') : connection.backend;

/** True where DDL takes part in transactions, so that a migration and its history row are one. Spec: rulings, "Migration history, twice". */
export const hasTransactionalDdl = (dialect: Backend): boolean => dialect === 'postgresql' || dialect === 'sqlite';

const ALIASES: Readonly<Record<string, Backend>> = {
  scratchbird: 'scratchbird',
  network: 'scratchbird',
  native: 'scratchbird',
  postgresql: 'postgresql',
  postgres: 'postgresql',
  pg: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mysql',
  firebird: 'firebird',
  fb: 'firebird',
  sqlite: 'sqlite',
};

/** The backend that a word in a plan or config names, aliases included; undefined for an unknown word. */
export const backendNamed = (word: string): Backend | undefined =>
  Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
