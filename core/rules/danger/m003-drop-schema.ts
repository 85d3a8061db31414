import { type DangerRule, each } from '../danger-rule.ts';

/** A schema goes, with what is in it. */
export const dropSchema: DangerRule = {
  code: 'M003',
  id: 'drop-schema',
  severity: 'error',
  category: 'data-loss',
  what: 'A schema is dropped; with CASCADE also every table in it.',
  safer:
    'Drop the objects of the schema one by one, each in a migration that says so, then the empty schema with RESTRICT.',
  find: each('drop_schema', ({ name, cascade }) =>
    cascade ? `The schema ${name} is dropped with everything in it.` : `The schema ${name} is dropped.`,
  ),
};
