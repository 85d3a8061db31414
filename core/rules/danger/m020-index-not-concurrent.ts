import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Nobody can write to the table while its index is built. */
export const indexNotConcurrent: DangerRule = {
  code: 'M020',
  id: 'index-not-concurrent',
  severity: 'warning',
  category: 'long-lock',
  ...isPostgresql,
  what: 'CREATE INDEX without CONCURRENTLY locks the table against writers until the index is built.',
  safer:
    'CREATE INDEX CONCURRENTLY, in a file of its own: it runs outside a transaction, and readers and writers go on.',
  find: each('create_index', ({ table, index, concurrently, unique }, { isNew }) =>
    concurrently || isNew(table)
      ? undefined
      : {
          message: `Nobody can write to ${table} while its index${index === undefined ? '' : ` ${index}`} is built.`,
          safer: `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY${index === undefined ? '' : ` ${index}`} ON ${table} …, in a file of its own: it runs outside a transaction, and readers and writers go on.`,
        },
  ),
};
