import { describe, expect, it } from 'vitest';
import type { Backend, DatabaseSession } from '../../../core/index.ts';
import { createdBy, statementEvidence } from '../../../core/run/operations/statement-evidence.ts';

const asked: string[] = [];
const session = (rows: readonly (readonly unknown[])[]) =>
  ({
    query: async (sql: string) => {
      asked.push(sql);
      return { type: 'done', value: { columns: [], rows } };
    },
  }) as unknown as DatabaseSession;
const evidence = (text: string, rows: readonly (readonly unknown[])[], dialect: Backend = 'postgresql') =>
  statementEvidence(
    { text, offset: 0, start: { line: 1, column: 1 }, keywords: [] },
    session(rows),
    dialect,
    new AbortController().signal,
  );

describe('what the target says about a statement that was in flight', () => {
  it.each([
    ['CREATE TABLE IF NOT EXISTS shop."Or ders" (x int)', { kind: 'table', name: 'shop."Or ders"' }],
    ['create unique index concurrently i on t (x)', { kind: 'index', name: 'i' }],
    ['CREATE OR REPLACE VIEW v AS SELECT 1', { kind: 'view', name: 'v' }],
    ['CREATE MATERIALIZED VIEW mv AS SELECT 1', { kind: 'view', name: 'mv' }],
    ['CREATE TABLE `a b` (x int)', { kind: 'table', name: '`a b`' }],
    ['VACUUM', undefined],
    ['CREATE FUNCTION f() RETURNS int', undefined],
  ])('knows what is created by %s', (text, created) => expect(createdBy(text)).toEqual(created));

  it('is whether that is there now, and whether an index is whole', async () => {
    expect(await evidence('CREATE TABLE t (x int)', [['valid']])).toBe('The target has the table t now.');
    expect(await evidence('CREATE TABLE t (x int)', [])).toBe('The target has no table t now.');
    expect(await evidence('CREATE INDEX i ON t (x)', [['invalid']])).toContain('it is invalid');
    expect(await evidence('VACUUM', [])).toBeUndefined();
  });

  it.each(['postgresql', 'sqlite', 'mysql', 'firebird'] as const)(
    'is asked of %s with the name as it stores it',
    async (dialect) => {
      asked.length = 0;
      await evidence('CREATE TABLE "s"."it\'s" (x int)', [], dialect);
      await evidence('CREATE TABLE MixedCase (x int)', [], dialect);
      expect(asked[0]).toContain("'it''s'");
      expect(asked[1]).toContain(
        { postgresql: "'mixedcase'", firebird: "'MIXEDCASE'" }[dialect as string] ?? "'MixedCase'",
      );
    },
  );
});
