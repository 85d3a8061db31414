import type { SqlOutcome } from '../../core/index.ts';
import { value } from '../sql-refusal.ts';
import { literal } from './history-table.ts';
import type { StatementKind } from './statement-kind.ts';
import type { Bounds, Wire } from './wire.ts';

/**
 * Whether a statement takes part in transactions as a whole: it only reads, or writes one InnoDB table without triggers, and calls no
 * function that somebody has stored, which might write elsewhere. What is not known for sure counts as no. Triggers and functions
 * that the user has no right to see are not known to the server's own lists.
 */
export function createTransactionalTables() {
  const known = new Map<string, boolean>();
  return {
    /** What was learned before a statement that may have changed tables holds no longer. */
    forget: () => known.clear(),
    async takesPart(kind: StatementKind, wire: Wire, bounds: Bounds): Promise<SqlOutcome<boolean>> {
      if (kind.type !== 'rows') return value(false);
      if (!kind.table && kind.calls.length === 0) return value(true);
      const sql = question(kind);
      const before = known.get(sql);
      if (before !== undefined) return value(before);
      const asked = await wire.send(sql, bounds);
      if (asked.type !== 'done') return asked;
      const [inInnodb, triggers, functions] = asked.value.rows[0] ?? [];
      const takesPart = Number(inInnodb) === 1 && Number(triggers) === 0 && Number(functions) === 0;
      known.set(sql, takesPart);
      return value(takesPart);
    },
  };
}

function question({ table, calls }: Extract<StatementKind, { type: 'rows' }>): string {
  const database = table?.database === undefined ? 'DATABASE()' : literal(table.database);
  const name = literal(table?.name ?? '');
  const functions = calls.map(literal).join(', ');
  return `SELECT ${
    table
      ? `(SELECT COUNT(*) FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ${database} AND TABLE_NAME = ${name} AND TABLE_TYPE = ${literal('BASE TABLE')} AND ENGINE = ${literal('InnoDB')}),
  (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ${database} AND EVENT_OBJECT_TABLE = ${name})`
      : '1, 0'
  }, ${functions ? `(SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_TYPE = ${literal('FUNCTION')} AND ROUTINE_NAME IN (${functions}))` : '0'}`;
}
