import fc from 'fast-check';

/** Pieces that a hand puts into a document, and that break one. */
const pieces = [
  ...[
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    "'",
    '|',
    '$',
    '${',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
    '\0',
    '\u2028',
    '\ud83d',
  ],
  ...[
    '/*',
    '*/',
    '//',
    '-',
    '0',
    '1e9',
    'null',
    'tru',
    '""',
    '{}',
    '"id": "x"',
    ', "type": "migration"',
    '"\\u00',
    '🙂',
  ],
];

type Edit =
  | { readonly type: 'cut'; readonly at: number; readonly length: number }
  | { readonly type: 'put'; readonly at: number; readonly piece: string }
  | { readonly type: 'twice'; readonly at: number; readonly length: number };

/** Where an edit is: a share of the text, so that it fits any. */
const share = fc.double({ min: 0, max: 1, noNaN: true });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ type: fc.constant('cut' as const), at: share, length: fc.nat(60) }),
  fc.record({ type: fc.constant('put' as const), at: share, piece: fc.constantFrom(...pieces) }),
  fc.record({ type: fc.constant('twice' as const), at: share, length: fc.nat(40) }),
);

/** One of the texts after up to five edits that nobody would make on purpose; its lines may end as on Windows. */
export const editedText = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 5 }), fc.boolean())
    .map(([text, edits, isWindows]) => edits.reduce(edited, isWindows ? text.replaceAll(/\r?\n/g, '\r\n') : text));

function edited(text: string, one: Edit): string {
  const at = Math.round(one.at * text.length);
  if (one.type === 'put') return text.slice(0, at) + one.piece + text.slice(at);
  const stretch = text.slice(at, at + one.length);
  const kept = text.slice(at + one.length);
  return text.slice(0, at) + (one.type === 'twice' ? stretch + stretch : '') + kept;
}
