import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ConnectOptions, Limits, SqlOutcome } from '../../core/index.ts';
import { MARKER_VARIABLE } from '../processes/marker.ts';
import { refused } from '../sql-refusal.ts';
import { findPgDump } from './find-pg-dump.ts';
import type { PostgresqlConnection } from './open-client.ts';

/** From a polite end to a forced one; milliseconds. */
const TERM_GRACE = 5_000;
const LINES_KEPT = 20;

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
  request: DumpRequest,
  signal: AbortSignal,
): Promise<SqlOutcome<void>> {
  const program = await findPgDump(request.serverMajor);
  if (!program) {
    return refused(
      'error',
      'pg_dump was not found on PATH. It makes the backup of a PostgreSQL database; install the PostgreSQL client programs.',
    );
  }
  if (signal.aborted) return refused('cancelled', 'Cancelled before it was started.');
  return run(program, connection, request, signal);
}

function run(
  program: string,
  connection: PostgresqlConnection,
  { file, limits, options }: DumpRequest,
  signal: AbortSignal,
): Promise<SqlOutcome<void>> {
  return new Promise((resolve) => {
    const child = spawn(program, ['--format=custom', `--file=${file}`, '--no-password'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: environment(connection, options),
    });
    let cause: 'timeout' | 'cancelled' | undefined;
    let forced: NodeJS.Timeout | undefined;
    const stop = (why: 'timeout' | 'cancelled') => {
      cause ??= why;
      killGroup(child.pid, 'SIGTERM');
      forced ??= setTimeout(() => killGroup(child.pid, 'SIGKILL'), TERM_GRACE);
    };
    const onAbort = () => stop('cancelled');
    signal.addEventListener('abort', onAbort, { once: true });
    const timeout =
      limits.timeoutMs === undefined
        ? undefined
        : setTimeout(() => stop('timeout'), Math.min(limits.timeoutMs, 2 ** 31 - 1));
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      options.onNotice({ severity: 'NOTICE', message: line });
      if (lines.push(line) > LINES_KEPT) lines.shift();
    });
    const finish = (outcome: SqlOutcome<void>) => {
      clearTimeout(timeout);
      clearTimeout(forced);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    child.on('error', (error) => finish(refused('error', `pg_dump could not be started: ${error.message}`)));
    child.on('close', (code, killed) => {
      if (code === 0) finish({ type: 'done', value: undefined });
      else if (cause) finish(refused(cause, cause === 'timeout' ? 'pg_dump took too long.' : 'pg_dump was cancelled.'));
      else
        finish(refused('error', `pg_dump ended with ${killed ?? `code ${code}`}: ${lines.join('\n') || 'no message'}`));
    });
  });
}

function environment(connection: PostgresqlConnection, options: ConnectOptions): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:PG|VSCODE_)/.test(name) && name !== 'NODE_OPTIONS' && name !== 'ELECTRON_RUN_AS_NODE',
  );
  return {
    ...Object.fromEntries(kept),
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGDATABASE: connection.database,
    ...(connection.username !== undefined && { PGUSER: connection.username }),
    ...(connection.password !== undefined && { PGPASSWORD: connection.password }),
    PGSSLMODE: connection.sslMode,
    ...(connection.sslRootCert !== undefined && { PGSSLROOTCERT: connection.sslRootCert }),
    PGCONNECT_TIMEOUT: String(Math.max(2, Math.ceil(options.timeoutMs / 1000))),
    PGAPPNAME: `srdeploy ${options.marker}`,
    [MARKER_VARIABLE]: options.marker,
  };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended by itself
  }
}
