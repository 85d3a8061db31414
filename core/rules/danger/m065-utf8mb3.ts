import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** A character set without emoji and many names. */
export const utf8mb3: DangerRule = {
  code: 'M065',
  id: 'utf8mb3',
  severity: 'warning',
  category: 'hygiene',
  ...isMysql,
  what: 'utf8 and utf8mb3 hold three bytes a character: four-byte ones are refused or cut, and the set is deprecated.',
  safer: 'Use utf8mb4.',
  find: each(['create_table', 'add_column', 'modify_column', 'convert_charset'], (effect) => {
    const sets =
      effect.type === 'convert_charset'
        ? [effect.charset]
        : effect.type === 'create_table'
          ? [effect.charset, ...(effect.columns ?? []).map(({ charset }) => charset)]
          : [effect.column.charset];
    return sets.some((set) => set === 'utf8' || set === 'utf8mb3')
      ? 'utf8mb3 cannot hold four-byte characters.'
      : undefined;
  }),
};
