import type { ConnectOptions, Limits, SqlOutcome } from '../../core/index.ts';
import { runDump } from '../dump-process.ts';
import { refused } from '../sql-refusal.ts';
import { findPgDump } from './find-pg-dump.ts';
import type { PostgresqlConnection } from './open-client.ts';

export interface DumpRequest {
  /** Absolute; made by pg_dump. */
  readonly file: string;
  readonly serverMajor: number;
  readonly limits: Limits;
  readonly options: ConnectOptions;
}

/** Runs `pg_dump` in its custom format. What it prints goes to `onNotice`; its password is in its environment, never in its arguments. */
export async function dumpDatabase(
  connection: PostgresqlConnection,
  { file, serverMajor, limits, options }: DumpRequest,
  signal: AbortSignal,
): Promise<SqlOutcome<void>> {
  const program = await findPgDump(serverMajor);
  if (!program) {
    return refused(
      'error',
      'pg_dump was not found on PATH. It makes the backup of a PostgreSQL database; install the PostgreSQL client programs.',
    );
  }
  return runDump(
    {
      name: 'pg_dump',
      program,
      args: ['--format=custom', `--file=${file}`, '--no-password'],
      environment: environment(connection, options),
      withheld: /^PG/,
    },
    limits,
    options,
    signal,
  );
}

const environment = (connection: PostgresqlConnection, options: ConnectOptions): Record<string, string> => ({
  PGHOST: connection.host,
  PGPORT: String(connection.port),
  PGDATABASE: connection.database,
  ...(connection.username !== undefined && { PGUSER: connection.username }),
  ...(connection.password !== undefined && { PGPASSWORD: connection.password }),
  PGSSLMODE: connection.sslMode,
  ...(connection.sslRootCert !== undefined && { PGSSLROOTCERT: connection.sslRootCert }),
  PGCONNECT_TIMEOUT: String(Math.max(2, Math.ceil(options.timeoutMs / 1000))),
  PGAPPNAME: `srdeploy ${options.marker}`,
});
