import type { DangerRule } from '../danger-rule.ts';

/** A mark that other tools send to the server. */
export const bom: DangerRule = {
  code: 'M090',
  id: 'bom',
  severity: 'information',
  category: 'hygiene',
  what: 'The file begins with a byte order mark. A run leaves it out; other tools send it to the server, which refuses it.',
  safer: 'Save the file as UTF-8 without a byte order mark.',
  find: (script) =>
    script.text.startsWith('\ufeff')
      ? [{ statement: undefined, offset: 0, message: 'The file begins with a byte order mark.' }]
      : [],
};
