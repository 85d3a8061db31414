import type { SqlOutcome } from '../../core/index.ts';
import { done } from '../sql-refusal.ts';
import type { Attachment } from './attachment.ts';
import type { Bounds } from './stop-after.ts';

export const SPARE_TABLE = 'SRDEPLOY_SPARE';
/** More tables than one crash can have left half-made. */
const MOST = 100;

/**
 * Uses up the numbers of tables that a server had begun to make when it died: their pages are entered outside of the transaction, and the
 * next table that is given such a number is recorded without its columns. A table of ours takes the number and is dropped again.
 */
export async function useUpSpareNumbers(attachment: Attachment, bounds: Bounds): Promise<SqlOutcome<void>> {
  for (let i = 0; i < MOST; i++) {
    const left = await attachment.transact('read', bounds, async (work) => {
      const { rows } = await work.run(LEFT, [], { maxRows: 1 });
      return rows.length > 0;
    });
    if (left.type !== 'done') return left;
    if (!left.value) break;
    for (const sql of [`RECREATE TABLE ${SPARE_TABLE} (A INTEGER)`, `DROP TABLE ${SPARE_TABLE}`]) {
      const changed = await attachment.transact('write', bounds, async (work) => {
        await work.run(sql);
      });
      if (changed.type === 'lost') return changed;
      // Somebody else may do the same at the same time; the next look tells whether it is needed still.
    }
  }
  return done();
}

/** `RDB$DATABASE` has the number that the next table is given. */
const LEFT = `SELECT FIRST 1 P.RDB$RELATION_ID FROM RDB$PAGES AS P
WHERE P.RDB$RELATION_ID >= (SELECT D.RDB$RELATION_ID FROM RDB$DATABASE AS D)`;
