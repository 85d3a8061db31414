/** A text that a JSON parser may stumble over. */
export interface HostileText {
  readonly name: string;
  readonly text: string;
}

const DEEP = 100_000;
const LONG = 5_000;
const good =
  '{ "version": "1.0", "steps": [{ "id": "a", "type": "pause", "message": "x" }], "groups": [{ "name": "a" }] }';
const utf8 = (...bytes: readonly number[]) => Buffer.from(bytes).toString('utf8');

const nested: readonly HostileText[] = [
  { name: 'opening lists', text: '['.repeat(DEEP) },
  { name: 'opening objects', text: '{"a":'.repeat(DEEP) },
  { name: 'lists and objects in turn', text: '[{"":'.repeat(LONG) },
  { name: 'closed lists', text: '['.repeat(LONG) + ']'.repeat(LONG) },
  { name: 'closing brackets', text: ']}'.repeat(LONG) },
  { name: 'lists as deep as may be', text: '['.repeat(100) + ']'.repeat(100) },
  { name: 'steps deeper than may be', text: `{"steps": ${'[{"depends_on": '.repeat(5_000)}` },
  { name: 'comments in comments', text: '/*'.repeat(LONG) },
];

const long: readonly HostileText[] = [
  { name: 'a long line', text: `{"name": "${'x'.repeat(300_000)}"}` },
  { name: 'many lines', text: `[${'\n'.repeat(LONG)}]` },
  { name: 'many commas', text: `[${','.repeat(LONG)}]` },
  { name: 'many escapes', text: `["${'\\u0061'.repeat(LONG)}"]` },
  { name: 'many backslashes', text: `["${'\\'.repeat(LONG)}"]` },
  { name: 'many quotes', text: '"'.repeat(LONG) },
  { name: 'many keys', text: `{${Array.from({ length: 1_000 }, (_, index) => `"k${index}": 1`).join(',')}}` },
  { name: 'one key many times', text: `{${'"id": 1,'.repeat(1_000)}"id": 1}` },
  { name: 'a long word', text: 'n'.repeat(LONG) },
  { name: 'many placeholders', text: `{"groups": [{"name": "a", "deploy_command": "${'{file} $X '.repeat(500)}"}]}` },
  { name: 'a long path', text: `{"steps": [{"type": "migration", "script": "${'../'.repeat(20_000)}"}]}` },
];

const numbers: readonly HostileText[] = [
  ...['1e400', '-1e400', '1E+9999', '9'.repeat(400), `0.${'0'.repeat(400)}1`, '-0', '1e-9999'],
  ...['01', '-', '+1', '.5', '5.', '1e', '1e+', '0x10', 'NaN', 'Infinity', '-Infinity', '1_000', '٣'],
].map((number) => ({ name: `the number ${number.slice(0, 20)}`, text: `{"min_gb": ${number}}` }));

const strings: readonly HostileText[] = [
  ['a lone high surrogate', '"\ud800"'],
  ['a lone low surrogate', '"\udc00"'],
  ['surrogates the wrong way round', '"\udc00\ud800"'],
  ['an escaped lone surrogate', '"\\ud800"'],
  ['half an escape', '"\\u00"'],
  ['an escape that is none', '"\\x"'],
  ['a backslash at the end', '"\\'],
  ['a NUL', '"a\0b"'],
  ['an escaped NUL', '"a\\u0000b"'],
  ['control characters', '"\u0001\u001f\u007f"'],
  ['a line separator', '"\u2028\u2029"'],
  ['a line break', '"a\nb"'],
  ['a carriage return', '"a\rb"'],
  ['a tab', '"a\tb"'],
  ['a byte order mark inside', '"\ufeff"'],
  ['directions of writing', '"\u202e\u2066"'],
  ['combining characters', `"${'e\u0301'.repeat(200)}"`],
  ['overlong UTF-8', `"${utf8(0xc0, 0xaf)}"`],
  ['cut UTF-8', `"${utf8(0xe2, 0x82)}"`],
  ['bytes that are no UTF-8', `"${utf8(0xff, 0xfe, 0x80)}"`],
  ['a key that is a prototype', '{"__proto__": {"toString": 1}, "constructor": 1, "hasOwnProperty": 1}'],
].map(([name, text]) => ({ name: String(name), text: `{"id": ${text}, "steps": [{"id": ${text}, "type": ${text}}]}` }));

const outside: readonly HostileText[] = [
  ['nothing', ''],
  ['space', ' \t\r\n'],
  ['a byte order mark', '\ufeff'],
  ['two byte order marks', `\ufeff\ufeff${good}`],
  ['UTF-16 read as Latin', Buffer.from(good, 'utf16le').toString('latin1')],
  ['a NUL at the end', `${good}\0`],
  ['a form feed', `\f${good}`],
  ['a space that does not break', `\u00a0${good}`],
  ['two documents', `${good} ${good}`],
  ['a closing bracket too many', `${good}}`],
  ['only a comma', ','],
  ['only a colon', ':'],
  ['only a quote', '"'],
  ['a word in capitals', 'TRUE'],
  ['half a word', 'nul'],
  ['a conflict', `<<<<<<< HEAD\n${good}\n=======\n${good}\n>>>>>>> main`],
  ['YAML', 'steps:\n  - id: a\n    type: pause\n'],
].map(([name, text]) => ({ name: String(name), text: String(text) }));

/** Each place at which a good document can be broken off, and each character of it left out. */
const cut: readonly HostileText[] = [...good].flatMap((_, at) => [
  { name: `cut off at ${at}`, text: good.slice(0, at) },
  { name: `without the character ${at}`, text: good.slice(0, at) + good.slice(at + 1) },
]);

export const hostileTexts: readonly HostileText[] = [...nested, ...long, ...numbers, ...strings, ...outside, ...cut];

/** What V8 says; nothing that we know of is stricter. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // Whatever else it may be, it is no JSON.
  }
}
