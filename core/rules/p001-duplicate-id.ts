import type { Located } from '../model/problem.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** An id that an earlier check or step has already: history and resume could not tell the two apart. */
export const duplicateId: Rule = {
  code: 'P001',
  find({ file, operations }) {
    const first = new Map<string, Located<string>>();
    const taken = new Set(operations.map(({ id }) => id?.value));
    return operations.flatMap(({ id }) => {
      if (!id) return [];
      const earlier = first.get(id.value);
      if (!earlier) {
        first.set(id.value, id);
        return [];
      }
      const free = nextFreeId(id.value, taken);
      const message = `The id "${id.value}" is taken by an earlier check or step. Give this one its own, such as "${free}".`;
      return [
        problemAt({ file, range: id.range }, 'P001', message, {
          related: [{ file, range: earlier.range, message: `"${id.value}" stands here first.` }],
          fixes: [replaceFix(`Rename to "${free}"`, id.range, JSON.stringify(free))],
        }),
      ];
    });
  },
};

/** The id with the next number that nobody has: `step_2` → `step_3`, `check` → `check_2`. */
export function nextFreeId(id: string, taken: ReadonlySet<string | undefined>): string {
  const [, stem = id, digits] = /^(.*?)(\d{1,9})$/s.exec(id) ?? [];
  const numbered = (number: number) =>
    digits === undefined ? `${stem}_${number}` : stem + String(number).padStart(digits.length, '0');
  let number = digits === undefined ? 2 : Number(digits) + 1;
  while (taken.has(numbered(number))) number++;
  return numbered(number);
}
