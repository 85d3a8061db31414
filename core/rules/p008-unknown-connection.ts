import { nearestWord } from '../read/nearest-word.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A `connection_ref` that names no connection of the deploy config. One without any connection leaves them to be written yet. */
export const unknownConnection: Rule = {
  code: 'P008',
  find({ file, connectionRef: ref }, facts) {
    const names = facts.connections?.();
    if (!ref || !names || names.length === 0 || names.includes(ref.value) || ref.value.includes('${')) return [];
    const near = nearestWord(ref.value, names);
    const next = near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean "${near}"?`;
    const fixes = near === undefined ? [] : [replaceFix(`Change to "${near}"`, ref.range, JSON.stringify(near))];
    const message = `The deploy config has no connection "${ref.value}". ${next}`;
    return [problemAt({ file, range: ref.range }, 'P008', message, { severity: 'warning', fixes })];
  },
};
