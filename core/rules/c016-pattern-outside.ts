import { problemAt } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** A pattern of files that leads out of the project. */
export const patternOutside: ConfigRule = {
  code: 'C016',
  find: ({ file, groups }) =>
    groups.flatMap(({ patterns }) =>
      patterns.flatMap(({ value, range }) => {
        if (!value.startsWith('/') && !value.split('/').includes('..') && !value.includes('\\')) return [];
        const why = value.includes('\\') ? 'is written with "\\"' : 'leads out of the project';
        const message = `"${value}" ${why}. Write it relative to the project, with "/".`;
        return [problemAt({ file, range }, 'C016', message)];
      }),
    ),
};
