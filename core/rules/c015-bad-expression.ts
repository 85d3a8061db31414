import { problemAt } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** A regular expression of a health check that is none. */
export const badExpression: ConfigRule = {
  code: 'C015',
  find: ({ file, expressions }) =>
    expressions.flatMap(({ value, range }) => {
      const why = whyNot(value);
      return why === undefined
        ? []
        : [problemAt({ file, range }, 'C015', `This is no regular expression: ${why}. Mend it, or use "contains".`)];
    }),
};

function whyNot(expression: string): string | undefined {
  try {
    new RegExp(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
  }
}
