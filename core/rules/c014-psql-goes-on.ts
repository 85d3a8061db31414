import { problemAt } from '../read/problem-at.ts';
import { goesOnAfterErrors } from '../read/psql-command.ts';
import type { ConfigRule } from './config-rule.ts';

/** A command that runs `psql` without `ON_ERROR_STOP`: it is added when it runs here, and missing wherever else it is run. */
export const configPsqlGoesOn: ConfigRule = {
  code: 'C014',
  find: ({ file, groups }) => {
    const parts = groups.flatMap(({ commands }) => commands);
    const [first] = parts.filter(({ command: { value } }) =>
      goesOnAfterErrors(typeof value === 'string' ? { type: 'shell', text: value } : { type: 'argv', argv: value }),
    );
    if (!first) return [];
    const message =
      'psql goes on after an SQL error and exits with 0, unless ON_ERROR_STOP is set. It is set here when the command runs; write psql -v ON_ERROR_STOP=1, so that it holds everywhere.';
    return [problemAt({ file, range: first.command.range }, 'C014', message, { severity: 'warning' })];
  },
};
