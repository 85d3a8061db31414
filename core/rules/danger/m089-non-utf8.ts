import type { DangerRule } from '../danger-rule.ts';

/** Characters are lost already. */
export const nonUtf8: DangerRule = {
  code: 'M089',
  id: 'non-utf8',
  severity: 'warning',
  category: 'hygiene',
  what: 'The file is not UTF-8, or was damaged by a conversion: it holds the replacement character.',
  safer: 'Save the file as UTF-8 and look at the places that are damaged.',
  find: (script) => {
    const at = script.text.indexOf('\ufffd');
    return at < 0
      ? []
      : [
          {
            statement: undefined,
            offset: at,
            message: 'A character here could not be read: the file is not UTF-8, or was damaged.',
          },
        ];
  },
};
