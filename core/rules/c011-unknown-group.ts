import { nearestWord } from '../read/nearest-word.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** A `depends_on` that names no group of the config. */
export const unknownGroup: ConfigRule = {
  code: 'C011',
  find({ file, groups }) {
    const names = groups.flatMap(({ name }) => (name ? [name.value] : []));
    return groups.flatMap(({ name: own, dependsOn }) =>
      dependsOn.flatMap(({ value, range }) => {
        if (names.includes(value)) return [];
        const others = names.filter((name) => name !== own?.value);
        const near = nearestWord(value, others);
        const next = near === undefined ? `Groups: ${others.join(', ') || 'none'}.` : `Did you mean "${near}"?`;
        const fixes = near === undefined ? [] : [replaceFix(`Change to "${near}"`, range, JSON.stringify(near))];
        return [problemAt({ file, range }, 'C011', `There is no group "${value}" to depend on. ${next}`, { fixes })];
      }),
    );
  },
};
