import { type DangerRule, each } from '../danger-rule.ts';

/** All rows of a table go. */
export const truncate: DangerRule = {
  code: 'M005',
  id: 'truncate',
  severity: 'warning',
  category: 'data-loss',
  what: 'All rows of a table are removed at once, without triggers for each row, under a lock that stops readers too.',
  safer:
    'Delete the rows that must go, in batches and with a WHERE; keep a copy of them in a table beside it until nobody misses them.',
  find: each('truncate', ({ tables, cascade }, { isSurelyNew }) => {
    const full = tables.filter((table) => !isSurelyNew(table));
    return cascade || full.length === 0 ? undefined : `All rows of ${full.join(', ')} are removed.`;
  }),
};
