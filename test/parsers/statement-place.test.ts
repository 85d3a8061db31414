import { describe, expect, it } from 'vitest';
import type { Backend } from '../../core/index.ts';
import { statementPlace } from '../../parsers/index.ts';

/** What is wanted where `|` stands, and what is typed of it. */
function at(marked: string, dialect: Backend = 'postgresql') {
  const sql = marked.replace('|', '');
  const place = statementPlace(sql, marked.indexOf('|'), dialect);
  if (!place) return undefined;
  const { wants, qualifier, start, end } = place;
  return [wants, ...(qualifier === undefined ? [] : [qualifier]), sql.slice(start, end)].join(' ');
}

describe('what may be named in a statement', () => {
  it.each([
    ['SELECT * FROM |', 'table '],
    ['SELECT * FROM ord|ers WHERE 1 = 1', 'table orders'],
    ['SELECT * FROM a, |', 'table '],
    ['SELECT * FROM a JOIN |', 'table '],
    ['INSERT INTO |', 'table '],
    ['UPDATE | SET x = 1', 'table '],
    ['SELECT | FROM a', 'column '],
    ['SELECT a, | FROM b', 'column '],
    ['SELECT count(|) FROM a', 'column '],
    ['INSERT INTO a (b, |', 'column '],
    ['SELECT 1 FROM a WHERE b = 2 AND |', 'column '],
    ['SELECT 1 FROM a WHERE b = |', 'column '],
    ['UPDATE a SET |', 'column '],
    ['SELECT 1 FROM a ORDER BY b, c|', 'column c'],
    ['SELECT 1 FROM a WHERE b IN (SELECT c FROM |)', 'table '],
    ['SELECT o.| FROM orders o', 'member o '],
    ['SELECT o.to|tal FROM orders o', 'member o total'],
    ['SELECT "O".| FROM "Orders" "O"', 'member o '],
    ['SELECT 1 FROM app.|', 'member app '],
    ['SELECT 1; SELECT 2 FROM |', 'table '],
    ['SELECT "a|', 'column "a'],
    ['|', 'none '],
    ['SEL|', 'none SEL'],
    ['SELECT id |', 'none '],
    ['SELECT * |', 'none '],
    ['SELECT 1 FROM a |', 'none '],
    ['SELECT 1 FROM a WHERE b |', 'none '],
  ])('is told at %s', (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  it.each(["SELECT 'a|'", "SELECT 'a|", 'SELECT 1 -- a|', 'SELECT /* | */ 1', 'SELECT 12|', 'SELECT $$ | $$'])(
    'is nothing inside of a string, a comment or a number: %s',
    (marked) => {
      expect(at(marked)).toBeUndefined();
    },
  );

  it('depends on how a dialect quotes', () => {
    expect(at('SELECT * FROM `a|`', 'mysql')).toBe('table `a`');
    expect(at('SELECT "a|"', 'mysql')).toBeUndefined();
    expect(at('SELECT * FROM [a|]', 'sqlite')).toBe('table [a]');
  });

  it('knows the tables of the statement with what they are called, also behind the place', () => {
    const sql = 'SELECT 1; SELECT | FROM app.orders AS o, users u JOIN "Items" ON true WHERE x; DELETE FROM other';
    const place = statementPlace(sql.replace('|', ''), sql.indexOf('|'), 'postgresql');
    expect(place?.tables.map(({ id, alias }) => [id, alias])).toEqual([
      ['app.orders', 'o'],
      ['users', 'u'],
      ['items', 'items'],
    ]);
  });
});
