import { isCommand, type ScriptRef } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import type { LocallyApplied } from '../ports/ledger.ts';
import { isRepeatable } from '../read/migration-name.ts';

/** What the project's own history says of a target, by path. */
export type LocalRows = ReadonlyMap<string, LocallyApplied>;

/** How a migration stands that a command applies. `from` is the path of a row with its content whose file is gone. */
export type LedgerStanding =
  | { readonly type: 'pending' }
  | { readonly type: 'applied' | 'changed'; readonly row: LocallyApplied }
  | { readonly type: 'renamed'; readonly from: string; readonly row: LocallyApplied }
  /** More than one file could be it. */
  | { readonly type: 'unclear'; readonly from: string; readonly alike: readonly string[] };

/** A rename is one only where the old path is gone and exactly one pending file has the content. Spec: rulings, "Migration history, twice". */
export function ledgerStanding(
  script: ScriptRef,
  rows: LocalRows,
  plan: Pick<Plan, 'operations'>,
  isGone: (path: string) => boolean,
): LedgerStanding {
  const row = rows.get(script.path);
  if (row?.checksum === script.checksum) return { type: 'applied', row };
  if (row) return isRepeatable(script.path) ? { type: 'pending' } : { type: 'changed', row };
  const renamed = rowsAlike(script, rows).find(([path]) => isGone(path));
  if (!renamed) return { type: 'pending' };
  const alike = pendingAlike(script, rows, plan);
  const [from, before] = renamed;
  return alike.length === 1 ? { type: 'renamed', from, row: before } : { type: 'unclear', from, alike };
}

/** The rows of other files with a script's content, the latest first. */
export const rowsAlike = ({ checksum }: ScriptRef, rows: LocalRows): readonly (readonly [string, LocallyApplied])[] =>
  [...rows].filter(([, row]) => row.checksum === checksum).sort(([, a], [, b]) => (a.at > b.at ? -1 : 1));

const pendingAlike = (
  { checksum }: ScriptRef,
  rows: LocalRows,
  { operations }: Pick<Plan, 'operations'>,
): readonly string[] =>
  operations
    .filter(isCommand)
    .flatMap(({ applies }) => (applies?.checksum === checksum && !rows.has(applies.path) ? [applies.path] : []));
