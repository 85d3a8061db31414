import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A value of an enumeration can neither be moved nor removed again. */
export const enumValueOrder: DangerRule = {
  code: 'M046',
  id: 'enum-value-order',
  severity: 'information',
  category: 'irreversible',
  ...isPostgresql,
  what: 'A value is added at the end of an enumeration. It can neither be moved nor removed again.',
  safer: 'Say BEFORE or AFTER which value it belongs where the order matters to comparisons and sorting.',
  find: each('add_enum_value', ({ name, value, isPlaced }) =>
    isPlaced ? undefined : `'${value}' becomes the last value of ${name}; it can neither be moved nor removed again.`,
  ),
};
