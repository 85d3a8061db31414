import type { ConnectOptions, DatabaseSession, Limits, SqlOutcome } from '../../core/index.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { queryRefusal, statementRefusal } from '../statement-guard.ts';
import type { Step, StepResult } from './exchange.ts';
import { type HistoryTable, toMigration } from './history-table.ts';
import { dumpDatabase } from './pg-dump.ts';
import { describeHolder, heldStep, holderStep, lockStep } from './server-lock.ts';
import { ownError } from './sql-error.ts';
import { type Bounds, refused, type WireSession } from './wire-session.ts';

/** How long a ROLLBACK may take before the connection counts as lost; milliseconds. */
const ROLLBACK_WAIT = 30_000;

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

/** A session over an open connection. BEGIN travels with the claim, so a migration costs one round trip less. */
export function createSession(parts: SessionParts): DatabaseSession {
  const { wire, options } = parts;
  let pending: { readonly steps: readonly Step[] } | undefined;
  let serverTimeout: number | undefined;
  let statements = 0;
  let hasHistory = false;

  const bounds = (signal: AbortSignal | undefined, limits?: Limits): Bounds => ({
    timeoutMs: limits?.timeoutMs,
    signal,
  });
  /** Refuses what cannot be done now; a session that is lost says only that. */
  const no = (message: string): SqlOutcome<never> => {
    const lost = wire.lost();
    return lost === undefined ? refused('error', message) : { type: 'lost', message: lost };
  };
  const takePending = (): readonly Step[] => {
    const steps = pending?.steps ?? [];
    pending = undefined;
    return steps;
  };
  /** Sets the server's timer for what follows in the transaction, unless it is set closely enough already; ours is exact. */
  const timeoutSteps = ({ timeoutMs }: Limits): readonly Step[] => {
    const isClose =
      timeoutMs === serverTimeout ||
      (timeoutMs !== undefined &&
        serverTimeout !== undefined &&
        timeoutMs <= serverTimeout &&
        timeoutMs > serverTimeout * 0.9);
    if (isClose) return [];
    serverTimeout = timeoutMs;
    return [{ text: `SET LOCAL statement_timeout = ${timeoutMs === undefined ? 'DEFAULT' : serverMs(timeoutMs)}` }];
  };
  const one = async (step: Step, signal: AbortSignal): Promise<SqlOutcome<StepResult>> => {
    if (wire.status() !== 'I') return no('The transaction of a migration is open.');
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

  return {
    backend: 'postgresql',
    serverVersion: parts.serverVersion,
    async ping(signal) {
      return nothing(await one({ text: 'SELECT 1' }, signal));
    },

    async query(sql, maxRows, limits, signal) {
      const error = queryRefusal(sql);
      if (error) return { type: 'refused', cause: 'error', error };
      if (wire.status() !== 'I') return no('The transaction of a migration is open.');
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
      const back = await rollback();
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

    async begin(limits, signal) {
      if (options.mode === 'read-only') return no('The session is read-only.');
      if (wire.status() !== 'I' || pending) return no('The transaction of a migration is open.');
      if (signal.aborted) return refused('cancelled', 'Cancelled before it was sent.');
      const lost = wire.lost();
      if (lost !== undefined) return { type: 'lost', message: lost };
      serverTimeout = undefined;
      statements = 0;
      pending = { steps: [...parts.reset, { text: 'BEGIN' }, ...timeoutSteps(limits)] };
      return { type: 'done', value: undefined };
    },

    async claim(row, signal) {
      const table = needHistory();
      if ('type' in table) return table;
      if (!pending && wire.status() !== 'T') return no('No transaction is open.');
      return nothing(await wire.exchange([...takePending(), table.claim(row)], bounds(signal)));
    },

    async execute(statement, limits, signal) {
      const error = statementRefusal(statement);
      if (error) return { type: 'refused', cause: 'error', error };
      if (!pending && wire.status() === 'I') return no('No transaction is open.');
      const steps = [...takePending(), ...timeoutSteps(limits), { text: statement }];
      const executed = await wire.exchange(steps, bounds(signal, limits));
      if (executed.type !== 'done') return executed;
      if (wire.status() !== 'T')
        return refused('error', 'The statement ended the transaction that its migration runs in.');
      statements += 1;
      return { type: 'done', value: undefined };
    },

    async commit(scope, path, executionMs) {
      const table = needHistory();
      if ('type' in table) return table;
      if (pending || wire.status() === 'I') return no('No transaction is open.');
      const unbounded = bounds(undefined);
      // The script may have taken another role, which need not own our table.
      const settled = await wire.exchange(
        [...ROLE_RESET, table.settle(scope, path, executionMs, statements), { text: 'COMMIT' }],
        unbounded,
        -1,
      );
      if (settled.type === 'refused') {
        await rollback();
        if (settled.error.sqlstate !== DIVISION_BY_ZERO) return settled;
        return refused('error', `The history has no row for ${path}: it was not claimed, or the migration deleted it.`);
      }
      if (settled.type === 'lost') return settled;
      // A transaction that had failed answers COMMIT with ROLLBACK.
      return settled.value.at(-1)?.tag === 'COMMIT'
        ? { type: 'done', value: undefined }
        : refused('error', 'The server rolled the transaction back instead of committing it.');
    },

    rollback,
    backup: (file, limits, signal) =>
      writeSnapshot(file, (partial) =>
        dumpDatabase(parts.dump, { file: partial, serverMajor: parts.serverMajor, limits, options }, signal),
      ),

    async close() {
      if (wire.isBusy()) await wire.cancel();
      await wire.end();
    },
  };

  async function rollback(): Promise<SqlOutcome<void>> {
    if (pending) {
      pending = undefined;
      return { type: 'done', value: undefined };
    }
    // Asks even where nothing is open, so that a connection that is gone says so.
    const text = wire.status() === 'I' ? 'SELECT 1' : 'ROLLBACK';
    return nothing(await wire.exchange([{ text }], { timeoutMs: ROLLBACK_WAIT, signal: undefined }));
  }
}

const DIVISION_BY_ZERO = '22012';
const ROLE_RESET: readonly Step[] = [{ text: 'RESET ROLE' }];

const COUNT_OBJECTS = `SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I')
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND coalesce(t.relname, c.relname) <> 'srdeploy_migrations'`;

const serverMs = (timeoutMs: number): number => Math.min(Math.max(1, Math.ceil(timeoutMs)), 2 ** 31 - 1);

const nothing = (outcome: SqlOutcome<unknown>): SqlOutcome<void> =>
  outcome.type === 'done' ? { type: 'done', value: undefined } : outcome;

const firstOf = (outcome: SqlOutcome<readonly StepResult[]>): SqlOutcome<StepResult> =>
  outcome.type === 'done' ? { type: 'done', value: outcome.value[0] as StepResult } : outcome;
