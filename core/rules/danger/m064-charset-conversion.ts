import { type DangerRule, each, isMysql } from '../danger-rule.ts';

/** Every text of the table is written anew. */
export const charsetConversion: DangerRule = {
  code: 'M064',
  id: 'charset-conversion',
  severity: 'warning',
  category: 'rewrite',
  ...isMysql,
  what: 'CONVERT TO CHARACTER SET copies the whole table while nobody can write to it, changes the type of text columns, and cannot be undone where characters were lost.',
  safer:
    'Convert with an online tool, or make a new table with the character set and copy in batches. ALTER TABLE … DEFAULT CHARACTER SET alone changes only columns to come.',
  find: each('convert_charset', ({ table, charset }, { isNew }) =>
    isNew(table) ? undefined : `Every text of ${table} is written anew in ${charset} while nobody can write to it.`,
  ),
};
