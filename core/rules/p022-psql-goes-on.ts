import { problemAt } from '../read/problem-at.ts';
import { goesOnAfterErrors } from '../read/psql-command.ts';
import type { Rule } from './rule.ts';

/** `psql` where the engine cannot add `ON_ERROR_STOP` by itself: it would go on after an SQL error and report success. */
export const psqlGoesOn: Rule = {
  code: 'P022',
  find: ({ file, operations }) =>
    operations.flatMap(({ type, command }) => {
      if (type?.value !== 'command' || !command || !goesOnAfterErrors(command.value)) return [];
      const message =
        'Without ON_ERROR_STOP psql goes on after an SQL error and exits with 0, so that the step succeeds. Write psql -v ON_ERROR_STOP=1, or make psql the first word of a list, where it is added.';
      return [problemAt({ file, range: command.range }, 'P022', message, { severity: 'warning' })];
    }),
};
