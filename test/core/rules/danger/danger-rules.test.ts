import { describe, expect, it } from 'vitest';
import { dangerNames, dangerRules, isDangerRule } from '../../../../core/index.ts';
import { cases } from './cases.ts';
import { dangersIn, rulesIn } from './dangers-in.ts';

describe.each([...new Map(cases.map((one) => [`${one.rule} on ${one.dialect}: ${one.bad.slice(0, 60)}`, one]))])(
  '%s',
  (_name, { rule, dialect, bad, good, how = {}, goodHow }) => {
    it('is found', async () => {
      expect(await rulesIn(bad, dialect, how)).toContain(rule);
    });

    it('leaves the safe form alone', async () => {
      expect(await rulesIn(good, dialect, { ...how, ...goodHow })).not.toContain(rule);
    });

    it('is silent where a comment at the head of the file allows it with a reason', async () => {
      const [mark, text] = bad.startsWith('\ufeff') ? ['\ufeff', bad.slice(1)] : ['', bad];
      const allowed = `${mark}-- srdeploy: allow ${rule} it is a test\n\n${text}`;
      expect(await rulesIn(allowed, dialect, how)).not.toContain(rule);
    });

    it('is silent where the deploy config switches it off or accepts it', async () => {
      const off = { severities: new Map([[rule, 'off' as const]]), suppress: [] };
      expect(await rulesIn(bad, dialect, { ...how, settings: off })).not.toContain(rule);
      const code = dangerRules.find(({ id }) => id === rule)?.code ?? '';
      const own = how.settings?.severities ?? new Map();
      const suppress = [{ code, file: 'own.sql', id: 'step_1', reason: 'it is a test' }];
      expect(await rulesIn(bad, dialect, { ...how, settings: { severities: own, suppress } })).not.toContain(rule);
    });
  },
);

describe('the list of rules', () => {
  it('has a case for every rule in every dialect that it names', () => {
    const missing = dangerRules.flatMap(({ id, dialects = [] }) => {
      const covered = cases.filter(({ rule }) => rule === id).map(({ dialect }) => dialect);
      if (covered.length === 0) return [id];
      return dialects
        .filter((dialect) => dialect !== 'scratchbird' && !covered.includes(dialect))
        .map((one) => `${id} on ${one}`);
    });
    expect(missing).toEqual([]);
  });

  it('gives each rule a code and a word of its own, the ones that are published', () => {
    const named = {
      ...Object.fromEntries(dangerRules.map(({ code, id }) => [code, id])),
      M098: 'allow-without-reason',
      M099: 'allow-unknown',
    };
    expect(dangerNames).toEqual(named);
    expect(new Set(Object.values(dangerNames)).size).toBe(Object.keys(dangerNames).length);
    expect(['M001', 'drop-table', 'M000', 'drop-everything'].map(isDangerRule)).toEqual([true, true, false, false]);
  });

  it('says of every finding what happens, where, and how to do it safely', async () => {
    for (const { dialect, bad, how } of cases) {
      for (const { message, saferForm, range } of await dangersIn(bad, dialect, how)) {
        expect(message).toMatch(/[.!:”)]$|[^ ]$/);
        expect(saferForm.length).toBeGreaterThan(10);
        expect(range.start.line).toBeGreaterThan(0);
        expect(range.end.column).toBeGreaterThan(range.start.column);
      }
    }
  });
});
