import type { Located } from '../model/problem.ts';
import { problemAt } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** Two groups of one name: `--group` and `depends_on` could mean either. */
export const duplicateGroup: ConfigRule = {
  code: 'C001',
  find({ file, groups }) {
    const first = new Map<string, Located<string>>();
    return groups.flatMap(({ name }) => {
      if (!name) return [];
      const before = first.get(name.value);
      if (!before) first.set(name.value, name);
      if (!before) return [];
      const message = `There is another group "${name.value}". Give each group a name of its own.`;
      const related = [{ file, range: before.range, message: 'The other one is here.' }];
      return [problemAt({ file, range: name.range }, 'C001', message, { related })];
    });
  },
};
