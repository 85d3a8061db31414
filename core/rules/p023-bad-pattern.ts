import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A `matches` that is no regular expression. */
export const badPattern: Rule = {
  code: 'P023',
  find: ({ file, operations }) =>
    operations.flatMap(({ matches }) => {
      const fault = matches && faultOf(matches.value);
      if (!fault) return [];
      const message = `"matches" is no regular expression: ${fault}. Write one as JavaScript knows it, such as "^16\\\\.".`;
      return [problemAt({ file, range: matches.range }, 'P023', message)];
    }),
};

function faultOf(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
  }
}
