import type { DatabaseSession, SqlOutcome } from '../../core/index.ts';
import { done, type Refused, value } from '../sql-refusal.ts';
import { type HistoryTable, isCurrent, toMigration } from './history-table.ts';
import { nothing, plain, type WireSession } from './wire-session.ts';

/** The history table of the target: reading it, making it, and changing its rows. */
export function createTargetHistory(
  wire: WireSession,
  history: () => HistoryTable | Refused,
  readOnly: boolean,
): Pick<DatabaseSession, 'readHistory' | 'ensureHistory' | 'changeHistory'> {
  let isReady = false;
  const busy = () => (wire.status() === 'I' ? undefined : wire.refuse('The transaction of a migration is open.'));

  async function ensure(table: HistoryTable, signal: AbortSignal): Promise<SqlOutcome<void>> {
    const ensured = isReady ? done() : await ensureTable(wire, table, signal);
    isReady = ensured.type === 'done';
    return ensured;
  }

  return {
    async readHistory(scope, signal) {
      const refusal = busy();
      if (refusal) return refusal;
      const table = history();
      if ('type' in table) return value(undefined);
      const found = isReady ? value('current' as const) : await layout(wire, table, signal);
      if (found.type !== 'done') return found;
      if (found.value === 'missing') return value(undefined);
      const read = await wire.exchange([table.read(scope, found.value === 'current')], {
        timeoutMs: undefined,
        signal,
      });
      return read.type === 'done' ? value(read.value[0]?.rows.map(toMigration) ?? []) : plain(read);
    },

    async ensureHistory(signal) {
      const refusal = busy();
      if (refusal) return refusal;
      const table = history();
      return 'type' in table ? table : ensure(table, signal);
    },

    async changeHistory({ put, remove }, signal) {
      const refusal = busy();
      if (refusal) return refusal;
      const table = history();
      if ('type' in table) return table;
      if (readOnly) return wire.refuse('The session is read-only.');
      const ensured = await ensure(table, signal);
      if (ensured.type !== 'done') return ensured;
      // Steps that are sent together are one transaction.
      const steps = [...remove.map((place) => table.remove(place)), ...put.map((row) => table.put(row))];
      return nothing(await wire.exchange(steps, { timeoutMs: undefined, signal }));
    },
  };
}

async function layout(
  wire: WireSession,
  table: HistoryTable,
  signal: AbortSignal,
): Promise<SqlOutcome<'missing' | 'earlier' | 'current'>> {
  const found = await wire.exchange([table.columns], { timeoutMs: undefined, signal });
  if (found.type !== 'done') return plain(found);
  const columns = found.value[0]?.rows[0]?.[0];
  return value(!columns ? 'missing' : isCurrent(columns) ? 'current' : 'earlier');
}

async function ensureTable(wire: WireSession, table: HistoryTable, signal: AbortSignal): Promise<SqlOutcome<void>> {
  const before = await layout(wire, table, signal);
  if (before.type !== 'done') return before;
  if (before.value === 'current') return done();
  const step = before.value === 'missing' ? table.create : table.upgrade;
  const changed = await wire.exchange([step], { timeoutMs: undefined, signal });
  if (changed.type === 'lost') return changed;
  // Two sessions may do it at once; the one that comes second is refused, and finds it done.
  const after = await layout(wire, table, signal);
  if (after.type !== 'done') return after;
  return after.value === 'current' ? done() : nothing(changed);
}
