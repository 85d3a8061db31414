import { type DangerRule, each, isPostgresql } from '../danger-rule.ts';

/** Whoever calls the function can have it run their own code with its owner's rights. */
export const securityDefinerWithoutSearchPath: DangerRule = {
  code: 'M074',
  id: 'security-definer-without-search-path',
  severity: 'warning',
  category: 'hygiene',
  ...isPostgresql,
  what: 'A SECURITY DEFINER function without SET search_path runs with its owner’s rights and finds its tables and functions by the path of whoever calls it, who can put their own there.',
  safer: "Add SET search_path = '' and name the schema of every object, or SET search_path = app, pg_temp.",
  find: each('create_function', ({ name, setsSearchPath, securityDefiner }) =>
    securityDefiner && !setsSearchPath
      ? `${name} runs with the rights of its owner and the search path of its caller.`
      : undefined,
  ),
};
