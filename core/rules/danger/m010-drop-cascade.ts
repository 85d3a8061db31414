import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Whatever depends on an object goes with it. */
export const dropCascade: DangerRule = {
  code: 'M010',
  id: 'drop-cascade',
  severity: 'warning',
  category: 'breaks-running-code',
  ...isPostgresql,
  what: 'DROP … CASCADE also drops every view, foreign key, function and column default that depends on the object. The statement does not name them.',
  safer: 'Leave CASCADE out. The server then lists what depends on the object; drop each by name, or change it first.',
  find: each(['drop_table', 'drop_column', 'drop_object'], (effect, { isNew }) => {
    if (!effect.cascade || ('table' in effect && isNew(effect.table))) return undefined;
    const name =
      effect.type === 'drop_column'
        ? `${effect.table}.${effect.column}`
        : effect.type === 'drop_table'
          ? effect.table
          : effect.name;
    return `Everything that depends on ${name} is dropped with it, without being named.`;
  }),
};
