import type { BackendName } from './scenario.ts';

export interface TraceRow {
  readonly id: number;
  readonly m: string;
  readonly s: number;
  readonly v: number;
}

/** A row of `srdeploy_migrations`. */
export interface HistoryRow {
  readonly path: string;
  readonly status: string;
  readonly statementIndex: number;
  readonly inFlight: boolean;
}

/** The database of one case, looked at from outside: never through the product, never through the proxy. */
export interface CaseDatabase {
  readonly name: string;
  trace(): Promise<readonly TraceRow[]>;
  /** Empty where the table is not there yet. */
  history(): Promise<readonly HistoryRow[]>;
  hasTable(name: string): Promise<boolean>;
  /** Connections of the product that the server still works for. */
  busy(): Promise<boolean>;
}

/** A server that cases use one after the other. SQLite has none: its files lie in the project. */
export interface Backend {
  readonly name: BackendName;
  /** '' where there is none. */
  readonly secret: string;
  readonly port: number | undefined;
  /** A fresh database with the table `trace`. `project` is the folder of the case; a SQLite file of every third seed is written ahead. */
  freshDatabase(project: string, seed: number): Promise<CaseDatabase>;
  /** What the deploy config says of the connection. */
  connection(database: CaseDatabase, port: number | undefined): object;
  /** SIGKILL to the server. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}
