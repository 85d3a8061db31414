import type { SqlEffect } from '../../model/sql-effect.ts';
import { type DangerRule, each } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { placed } from '../script-effects.ts';

/** A view, function, procedure, type, domain or sequence goes that running code may use. */
export const dropObject: DangerRule = {
  code: 'M012',
  id: 'drop-object',
  severity: 'warning',
  category: 'breaks-running-code',
  what: 'A view, function, procedure, type, domain or sequence is dropped; code that still uses it fails. One that the same file makes again is no danger.',
  safer:
    'Replace it in place where the server lets you (CREATE OR REPLACE), or drop it in a later release, once no running version uses it.',
  find: each('drop_object', ({ object, name }, { script, index }) => {
    if (object === 'trigger' || object === 'policy' || object === 'rule') return undefined;
    const made = placed(script).some(({ effect, index: at }) => at !== index && makes(effect, name));
    return made ? undefined : `The ${object} ${name} is dropped; whatever still uses it fails.`;
  }),
};

const makes = (effect: SqlEffect, name: string): boolean =>
  (effect.type === 'create_view' && isSame(effect.view, name)) ||
  ((effect.type === 'create_function' || effect.type === 'create_enum') && isSame(effect.name, name));
