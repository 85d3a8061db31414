import type { SqlEffect } from '../model/sql-effect.ts';

/**
 * The table that PostgreSQL locks against all others (ACCESS EXCLUSIVE) for an effect, until the transaction ends; undefined: none. One that
 * is dropped is missed by nobody once it is gone.
 */
export function exclusiveLock(effect: SqlEffect): string | undefined {
  switch (effect.type) {
    case 'add_column':
    case 'drop_column':
    case 'rename_column':
    case 'rename_table':
    case 'alter_type':
    case 'set_not_null':
    case 'drop_not_null':
    case 'set_default':
    case 'drop_default':
    case 'drop_constraint':
    case 'move_table':
    case 'cluster':
      return effect.table;
    case 'add_constraint':
      return effect.kind === 'foreign_key' ? undefined : effect.table;
    case 'detach_partition':
      return effect.concurrently ? undefined : effect.table;
    case 'lock_table':
      return effect.mode === 'access exclusive' ? effect.table : undefined;
    case 'truncate':
      return effect.tables[0];
    default:
      return undefined;
  }
}

/** What takes long because it reads or builds something of a whole table, in words; undefined for the quick and for what changes rows. */
export function isSlow(effect: SqlEffect): string | undefined {
  switch (effect.type) {
    case 'create_index':
      return effect.concurrently ? undefined : `an index on ${effect.table} is built`;
    case 'reindex':
      return effect.concurrently ? undefined : `${effect.name} is indexed anew`;
    case 'refresh_view':
      return `${effect.view} is computed anew`;
    case 'validate_constraint':
      return `all rows of ${effect.table} are checked`;
    case 'add_constraint':
      if (effect.kind === 'unique' || effect.kind === 'primary_key' || effect.kind === 'exclusion')
        return effect.usingIndex === undefined ? `an index on ${effect.table} is built` : undefined;
      return effect.notValid ? undefined : `all rows of ${effect.table} are checked`;
    case 'copy':
      return `rows are copied into ${effect.table}`;
    default:
      return undefined;
  }
}
