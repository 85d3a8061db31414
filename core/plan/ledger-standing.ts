import { type CommandOperation, isCommand, type ScriptRef } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import type { BrokenOff, LocallyApplied } from '../ports/ledger.ts';
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

/** Why a migration is not applied by its command; undefined where nothing speaks against it. */
export function ledgerRefusal(
  { path }: ScriptRef,
  standing: LedgerStanding,
): { readonly code: string; readonly message: string; readonly file: string } | undefined {
  switch (standing.type) {
    case 'changed': {
      const message = `${path} was changed after it was applied. Put it back, and write what is new into a migration of its own.`;
      return { code: 'MIGRATION_CHANGED', message, file: path };
    }
    case 'unclear': {
      const message = `${standing.from} was applied to this target and is gone from the project, and ${standing.alike.join(' and ')} have its content: which of them it became cannot be told. Give the file its old name back.`;
      return { code: 'MIGRATION_RENAME_UNCLEAR', message, file: path };
    }
    default:
      return undefined;
  }
}

/**
 * The run that broke off in the command of a migration that is still pending. One that is repeatable may be applied again, so that nothing is asked
 * of it.
 */
export function brokenOffIn(
  { id, applies }: CommandOperation,
  standing: LedgerStanding,
  brokenOff: readonly BrokenOff[],
): BrokenOff | undefined {
  if (!applies || standing.type !== 'pending' || isRepeatable(applies.path)) return undefined;
  return brokenOff.find(({ path, operation }) => (path === undefined ? operation === id : path === applies.path));
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
