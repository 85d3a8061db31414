import type { ConnectOptions, DatabaseSession, SqlOutcome } from '../../core/index.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { refused, value } from '../sql-refusal.ts';
import { createAloneStatements } from './alone-statements.ts';
import type { StepResult } from './exchange.ts';
import type { HistoryTable } from './history-table.ts';
import { createMigrationTransaction } from './migration-transaction.ts';
import { dumpDatabase } from './pg-dump.ts';
import { createReadOnlyQuery } from './read-only-query.ts';
import { createServerLimits } from './server-limits.ts';
import { tryLock } from './server-lock.ts';
import type { Step } from './step.ts';
import { createTargetHistory } from './target-history.ts';
import { nothing, plain, type WireSession } from './wire-session.ts';

export interface SessionParts {
  readonly wire: WireSession;
  readonly history: HistoryTable | undefined;
  readonly serverVersion: string;
  readonly serverMajor: number;
  /** Statements that give the session back the settings it began with, whatever a script has set. */
  readonly reset: readonly Step[];
  readonly parse: (type: number, text: string) => unknown;
  readonly options: ConnectOptions;
  readonly dump: Parameters<typeof dumpDatabase>[0];
}

/** A session over an open connection. */
export function createSession(parts: SessionParts): DatabaseSession {
  const { wire, options, reset, serverMajor } = parts;
  const one = async (step: Step, signal: AbortSignal): Promise<SqlOutcome<StepResult>> => {
    if (wire.status() !== 'I') return wire.refuse('The transaction of a migration is open.');
    const asked = await wire.exchange([step], { timeoutMs: undefined, signal });
    return asked.type === 'done' ? value(asked.value[0] as StepResult) : plain(asked);
  };
  const history = () =>
    parts.history ??
    refused(
      'error',
      'The search path of this user names no schema that exists, so there is no place for the history table.',
    );
  const readOnly = options.mode === 'read-only';
  const shared = { wire, history, limits: createServerLimits(), reset, readOnly };
  const transaction = createMigrationTransaction(shared);

  return {
    ...transaction,
    ...createAloneStatements({ ...shared, serverMajor, onNotice: options.onNotice }),
    ...createTargetHistory(wire, history, readOnly),
    backend: parts.dump.backend,
    serverVersion: parts.serverVersion,
    ping: async (signal) => nothing(await one({ text: 'SELECT 1' }, signal)),
    query: createReadOnlyQuery(wire, parts.parse, transaction.rollback),
    async countObjects(signal) {
      const counted = await one({ text: COUNT_OBJECTS, maxRows: 1 }, signal);
      return counted.type === 'done' ? value(Number(counted.value.rows[0]?.[0])) : counted;
    },
    tryLock: (scope, signal) => tryLock((step) => one(step, signal), scope),
    backup: (file, limits, signal) =>
      writeSnapshot(file, (partial) =>
        dumpDatabase(parts.dump, { file: partial, serverMajor, limits, options }, signal),
      ),
    async close() {
      if (wire.isBusy()) await wire.cancel();
      await wire.end();
    },
  };
}

const COUNT_OBJECTS = `SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I')
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND coalesce(t.relname, c.relname) <> 'srdeploy_migrations'`;
