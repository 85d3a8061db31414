import type { AppliedMigration, Claim, DatabaseSession, SqlOutcome } from '../../core/index.ts';
import { refused, value } from '../sql-refusal.ts';
import type { Place } from './history-table.ts';
import { createStatementRunner } from './run-statement.ts';
import type { SessionParts } from './session-parts.ts';
import { createTransactionalTables } from './transactional-tables.ts';
import { type Answer, nothing } from './wire.ts';

type Migrations = Pick<
  DatabaseSession,
  | 'ensureHistory'
  | 'openMigration'
  | 'runStatements'
  | 'commitMigrations'
  | 'startAlone'
  | 'runAlone'
  | 'finishAlone'
  | 'changeHistory'
  | 'rollback'
>;

/** How migrations are applied: always statement by statement, because the server commits DDL by itself. */
export function createMigrations(parts: SessionParts): Migrations {
  const { main, side, history, facts, way } = parts;
  const runner = createStatementRunner({
    ...parts,
    tables: createTransactionalTables(),
    vendor: facts.vendor,
    maxPacket: facts.maxPacket,
    onNotice: way.options.onNotice,
  });
  let hasHistory = false;

  /** Why nothing may be written. */
  const closed = (signal?: AbortSignal): SqlOutcome<never> | undefined => {
    const message = main.lost();
    if (message !== undefined) return { type: 'lost', message };
    if (way.options.mode === 'read-only') return refused('error', 'The session is read-only.');
    return signal?.aborted ? refused('cancelled', 'Cancelled before it was sent.') : undefined;
  };

  async function ensureHistory(signal: AbortSignal): Promise<SqlOutcome<void>> {
    const no = closed(signal);
    if (no) return no;
    if (hasHistory) return value(undefined);
    const created = await side.record(history.create);
    hasHistory = created.type === 'done';
    return nothing(created);
  }

  const tooLarge = ({ path, sql }: Pick<AppliedMigration, 'path' | 'sql'>) => {
    // Every character may be escaped.
    const bytes = Buffer.byteLength(sql) * 2;
    return bytes > facts.maxPacket
      ? refused(
          'error',
          `${path} has ${bytes / 2} bytes, and the history keeps the text of a migration in one message of at most ${facts.maxPacket} bytes (max_allowed_packet).`,
          { hint: 'Split the migration, or raise max_allowed_packet on the server to more than twice its size.' },
        )
      : undefined;
  };

  async function claim(row: Claim, at: number): Promise<SqlOutcome<'claimed' | 'taken'>> {
    return side.transaction(async (send) => {
      const looked = await send(history.look(row));
      if (looked.type !== 'done') return looked;
      if (!isFree(row, looked.value)) return value('taken');
      const written = await send(history.claim(row, at));
      return written.type === 'done' ? value('claimed') : written;
    });
  }

  return {
    ensureHistory,
    ...noTransactions(parts),
    async startAlone(row, at, signal) {
      const no = closed(signal) ?? tooLarge(row);
      if (no) return no;
      const fresh = await main.freshen(signal);
      if (fresh.type !== 'done') return fresh;
      const claimed = await claim(row, at);
      if (claimed.type !== 'done' || claimed.value === 'taken') return claimed;
      const begun = await runner.begin(row, at, signal);
      return begun.type === 'done' ? claimed : begun;
    },
    async runAlone(place, statement, limits, signal) {
      return closed(signal) ?? runner.run(place, statement, limits, signal);
    },
    async finishAlone(row) {
      const no = closed();
      if (no) return no;
      return changed(await side.record(history.settle(row)), row);
    },
    async changeHistory({ put, remove }, signal) {
      const no = closed(signal) ?? put.map(tooLarge).find(Boolean);
      if (no) return no;
      const ensured = await ensureHistory(signal);
      if (ensured.type !== 'done') return ensured;
      return side.transaction(async (send) => {
        for (const sql of [...remove.map(history.remove), ...put.map(history.put)]) {
          const sent = await send(sql);
          if (sent.type !== 'done') return sent;
        }
        return value(undefined);
      });
    },
  };
}

function isFree({ action }: Claim, { rows }: Answer): boolean {
  const status = rows[0]?.[0];
  const isUp = status === 'succeeded' || status === 'rolling_back';
  return action === 'roll_back' ? isUp : !isUp;
}

function changed(outcome: SqlOutcome<Answer>, { path }: Place): SqlOutcome<void> {
  if (outcome.type !== 'done' || outcome.value.matched === 1) return nothing(outcome);
  return refused('error', `The history has no row for ${path}: it was not claimed, or the migration deleted it.`);
}

/** The server commits DDL by itself, so a migration and its row are never one transaction: the engine runs it statement by statement. */
function noTransactions({ main, facts }: SessionParts) {
  const no = async (): Promise<SqlOutcome<never>> => {
    const message = main.lost();
    if (message !== undefined) return { type: 'lost', message };
    return refused(
      'error',
      `${facts.vendor} commits DDL by itself, so a migration does not run in one transaction here; it runs statement by statement.`,
    );
  };
  return {
    openMigration: async () => ({ ...(await no()), statement: undefined }),
    runStatements: async () => ({ ...(await no()), statement: undefined }),
    commitMigrations: no,
    /** Nothing is open between statements; asks all the same, so that a connection that is gone says so. */
    async rollback() {
      return nothing(await main.send('ROLLBACK'));
    },
  } as const;
}
