import type { ConnectOptions, DatabaseSession, Limits, SqlOutcome } from '../../core/index.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { queryRefusal } from '../statement-guard.ts';
import type { Step, StepResult } from './exchange.ts';
import { type HistoryTable, toMigration } from './history-table.ts';
import { createMigrationTransaction } from './migration-transaction.ts';
import { dumpDatabase } from './pg-dump.ts';
import { describeHolder, heldStep, holderStep, lockStep } from './server-lock.ts';
import { ownError } from './sql-error.ts';
import { type Bounds, nothing, refused, serverMs, type WireSession } from './wire-session.ts';

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
  const { wire, options } = parts;
  let hasHistory = false;

  const bounds = (signal: AbortSignal | undefined, limits?: Limits): Bounds => ({
    timeoutMs: limits?.timeoutMs,
    signal,
  });
  const one = async (step: Step, signal: AbortSignal): Promise<SqlOutcome<StepResult>> => {
    if (wire.status() !== 'I') return wire.refuse('The transaction of a migration is open.');
    return firstOf(await wire.exchange([step], bounds(signal)));
  };
  const needHistory = (): HistoryTable | SqlOutcome<never> =>
    parts.history ??
    refused(
      'error',
      'The search path of this user names no schema that exists, so there is no place for the history table.',
    );

  async function historyExists(table: HistoryTable, signal: AbortSignal): Promise<SqlOutcome<boolean>> {
    const found = await one(table.exists, signal);
    return found.type === 'done' ? { type: 'done', value: found.value.rows[0]?.[0] === 't' } : found;
  }

  const transaction = createMigrationTransaction({
    wire,
    history: needHistory,
    reset: parts.reset,
    readOnly: options.mode === 'read-only',
  });

  return {
    ...transaction,
    backend: 'postgresql',
    serverVersion: parts.serverVersion,
    async ping(signal) {
      return nothing(await one({ text: 'SELECT 1' }, signal));
    },

    async query(sql, maxRows, limits, signal) {
      const error = queryRefusal(sql);
      if (error) return { type: 'refused', cause: 'error', error };
      if (wire.status() !== 'I') return wire.refuse('The transaction of a migration is open.');
      const opening: readonly Step[] = [
        { text: 'BEGIN READ ONLY' },
        ...(limits.timeoutMs === undefined
          ? []
          : [{ text: `SET LOCAL statement_timeout = ${serverMs(limits.timeoutMs)}` }]),
      ];
      const asked = await wire.exchange(
        [...opening, { text: sql, maxRows: Math.max(1, maxRows) }],
        bounds(signal, limits),
      );
      const back = await transaction.rollback();
      if (asked.type !== 'done') return asked;
      if (back.type !== 'done') return back;
      const { columns, rows } = asked.value.at(-1) as StepResult;
      return {
        type: 'done',
        value: {
          columns: columns.map(({ name }) => name),
          rows: rows
            .slice(0, maxRows)
            .map((row) =>
              row.map((text, i) => (text === null ? null : parts.parse(columns[i]?.dataTypeID ?? 0, text))),
            ),
        },
      };
    },

    async countObjects(signal) {
      const counted = await one({ text: COUNT_OBJECTS, maxRows: 1 }, signal);
      return counted.type === 'done' ? { type: 'done', value: Number(counted.value.rows[0]?.[0]) } : counted;
    },

    async readHistory(scope, signal) {
      const table = needHistory();
      if ('type' in table) return { type: 'done', value: undefined };
      const exists = await historyExists(table, signal);
      if (exists.type !== 'done') return exists;
      if (!exists.value) return { type: 'done', value: undefined };
      const read = await one(table.read(scope), signal);
      return read.type === 'done' ? { type: 'done', value: read.value.rows.map(toMigration) } : read;
    },

    async ensureHistory(signal) {
      const table = needHistory();
      if ('type' in table) return table;
      if (hasHistory) return { type: 'done', value: undefined };
      const before = await historyExists(table, signal);
      if (before.type !== 'done') return before;
      if (!before.value) {
        const created = await one(table.create, signal);
        if (created.type === 'lost') return created;
        // Two sessions may create it at once; the one that comes second is refused, and finds it there.
        const after = await historyExists(table, signal);
        if (after.type !== 'done') return after;
        if (!after.value && created.type === 'refused') return created;
      }
      hasHistory = true;
      return { type: 'done', value: undefined };
    },

    async tryLock(scope, signal) {
      const asked = await one(lockStep(scope), signal);
      if (asked.type !== 'done') return asked;
      const [got, pid] = asked.value.rows[0] ?? [];
      if (got !== 't') {
        const holder = await one(holderStep(scope), signal);
        return holder.type === 'done' ? { type: 'done', value: describeHolder(holder.value) } : holder;
      }
      const held = await one(heldStep(scope), signal);
      if (held.type !== 'done') return held;
      const [pidNow, holds] = held.value.rows[0] ?? [];
      if (pidNow === pid && holds === 't') return { type: 'done', value: undefined };
      const error = ownError(
        'This connection goes through a pooler that changes the server session between transactions, so a lock in the target cannot be held.',
        'Connect to the server directly, or to a pool in session mode.',
      );
      return { type: 'refused', cause: 'error', error };
    },

    backup: (file, limits, signal) =>
      writeSnapshot(file, (partial) =>
        dumpDatabase(parts.dump, { file: partial, serverMajor: parts.serverMajor, limits, options }, signal),
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

const firstOf = (outcome: SqlOutcome<readonly StepResult[]>): SqlOutcome<StepResult> =>
  outcome.type === 'done' ? { type: 'done', value: outcome.value[0] as StepResult } : outcome;
