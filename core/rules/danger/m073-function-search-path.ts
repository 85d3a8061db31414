import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** A function finds its tables by the search path of whoever calls it. */
export const functionSearchPath: DangerRule = {
  code: 'M073',
  id: 'function-search-path',
  severity: 'information',
  category: 'hygiene',
  ...isPostgresql,
  isOptIn: true,
  what: 'A function without SET search_path finds its tables by the path of whoever calls it.',
  safer: "Add SET search_path = '' and name the schema of every table, or SET search_path = app, pg_temp.",
  find: each('create_function', ({ name, setsSearchPath, securityDefiner }) =>
    setsSearchPath || securityDefiner ? undefined : `${name} depends on the search path of its caller.`,
  ),
};
