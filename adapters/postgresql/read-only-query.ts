import type { DatabaseSession } from '../../core/index.ts';
import { value } from '../sql-refusal.ts';
import { queryRefusal } from '../statement-guard.ts';
import { serverMs } from './bounds.ts';
import type { StepResult } from './exchange.ts';
import type { Step } from './step.ts';
import { plain, type WireSession } from './wire-session.ts';

/** Queries in a read-only transaction that is rolled back; `parse` reads a value from its text by the id of its type. */
export function createReadOnlyQuery(
  wire: WireSession,
  parse: (type: number, text: string) => unknown,
  rollback: DatabaseSession['rollback'],
): DatabaseSession['query'] {
  return async (sql, maxRows, limits, signal) => {
    const error = queryRefusal(sql);
    if (error) return { type: 'refused', cause: 'error', error };
    if (wire.status() !== 'I') return wire.refuse('The transaction of a migration is open.');
    const { timeoutMs } = limits;
    const timer: readonly Step[] =
      timeoutMs === undefined ? [] : [{ text: `SET LOCAL statement_timeout = ${serverMs(timeoutMs)}` }];
    const query: Step = { text: sql, maxRows: Math.max(1, maxRows), isScript: true };
    const asked = await wire.exchange([{ text: 'BEGIN READ ONLY' }, ...timer, query], { ...limits, signal });
    const back = await rollback();
    if (asked.type !== 'done') return plain(asked);
    if (back.type !== 'done') return back;
    const { columns, rows } = asked.value.at(-1) as StepResult;
    const read = (text: string | null, column: number) =>
      text === null ? null : parse(columns[column]?.dataTypeID ?? 0, text);
    return value({
      columns: columns.map(({ name }) => name),
      rows: rows.slice(0, maxRows).map((row) => row.map(read)),
    });
  };
}
