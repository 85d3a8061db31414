import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** Nobody can write to the table meanwhile. */
export const lockSharedOrExclusive: DangerRule = {
  code: 'M060',
  id: 'lock-shared-or-exclusive',
  severity: 'warning',
  category: 'long-lock',
  ...isMysql,
  what: 'The change needs the table without writers: it says LOCK=SHARED or EXCLUSIVE, builds a FULLTEXT or SPATIAL index, or adds an AUTO_INCREMENT column.',
  safer:
    'Write LOCK=NONE where the change allows it; the server refuses where it does not. Else do it in a maintenance window or with an online tool.',
  find: each(['alter_options', 'create_index', 'add_column'], (effect, { isNew }) => {
    if (isNew(effect.table)) return undefined;
    const why =
      effect.type === 'alter_options'
        ? effect.lock === 'shared' || effect.lock === 'exclusive'
          ? `LOCK=${effect.lock.toUpperCase()} asks for it`
          : undefined
        : effect.type === 'create_index'
          ? effect.special && `a ${effect.special.toUpperCase()} index is built`
          : effect.column.generated === 'auto-increment'
            ? 'an AUTO_INCREMENT column is added'
            : undefined;
    return why === undefined ? undefined : `Nobody can write to ${effect.table} meanwhile: ${why}.`;
  }),
};
