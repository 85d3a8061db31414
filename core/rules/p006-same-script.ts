import type { Located } from '../model/problem.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A script that an earlier step of the plan applies already: the history has it once, so that the second step does nothing. */
export const sameScript: Rule = {
  code: 'P006',
  find({ file, operations }) {
    const first = new Map<string, Located<string>>();
    return operations.flatMap(({ type, script }) => {
      if (type?.value !== 'migration' || !script) return [];
      const earlier = first.get(script.value);
      if (!earlier) {
        first.set(script.value, script);
        return [];
      }
      const message = `An earlier step applies "${script.value}" already, so that this one does nothing. Name the script that is meant, or remove the step.`;
      const related = [{ file, range: earlier.range, message: 'It is applied here first.' }];
      return [problemAt({ file, range: script.range }, 'P006', message, { severity: 'warning', related })];
    });
  },
};
