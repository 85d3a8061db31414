import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** Something that version 1.1 of the format has brought, in a document that says 1.0. Spec: rulings, "Format versions". */
export const newerVersion: Rule = {
  code: 'P019',
  find({ file, version, operations }) {
    if (version?.value !== '1.0') return [];
    return operations
      .flatMap(({ newer }) => newer)
      .map((part) =>
        problemAt(
          { file, range: part.range },
          'P019',
          `${part.value} belongs to version 1.1 of the format, and this document says 1.0. Set "version" to "1.1".`,
          {
            related: [{ file, range: version.range, message: 'The version stands here.' }],
            fixes: [replaceFix('Set "version" to "1.1"', version.range, '"1.1"')],
          },
        ),
      );
  },
};
