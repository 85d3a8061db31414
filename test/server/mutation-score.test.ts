import { describe, expect, it } from 'vitest';
import { configRules } from '../../core/rules/find-config-problems.ts';
import { planRules } from '../../core/rules/find-problems.ts';
import { goodDocuments, mutators, problemsOf, scoreOf } from '../support/mutants/score.ts';

const documents = goodDocuments(60, 7);

describe('one mistake in a long document', () => {
  it('is made in one that is good', () => {
    for (const good of Object.values(documents)) expect(problemsOf(good, good.text)).toEqual([]);
  });

  it('can be made against every rule', () => {
    const codes = mutators.map(({ code }) => code);
    expect([...planRules, ...configRules].map(({ code }) => code).filter((code) => !codes.includes(code))).toEqual([]);
  });

  it.each(mutators)('against $code is found, told at its place and alone, and mended by its fix', (mutator) => {
    const { made, found, placed, alone, mended, first } = scoreOf(mutator, documents, 8);
    expect(made).toBeGreaterThanOrEqual(5);
    expect({ first, found, placed, alone, mended }).toEqual({
      first: undefined,
      found: made,
      placed: made,
      alone: made,
      mended: made,
    });
  });
});
