import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, mask } from '../../../core/index.ts';

const secret = 'p@ss "w0rd"/&+ü<9>';
const pem = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
  'MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu',
  '-----END PRIVATE KEY-----',
].join('\n');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const wrapAt = (text: string, width: number, between = '\n') =>
  (text.match(new RegExp(`[\\s\\S]{1,${width}}`, 'g')) ?? []).join(between);
const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const printfQ = (text: string) => text.replace(/[^A-Za-z0-9_@%+=:,./-]/g, (char) => `\\${char}`);
const xmlEscaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What is written, and the secret that stands in it. */
const written: [form: string, text: string, whole?: string][] = [
  ['plain', `before ${secret} after`],
  ['with a carriage return for progress', `10 %\r20 % ${secret}\r30 %`],
  ['percent-encoded', encodeURIComponent(secret)],
  ['percent-encoded in lower case', encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase())],
  ['as a form sends it', new URLSearchParams({ p: 'two words & more' }).toString(), 'two words & more'],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
  ['in base64', base64(secret)],
  ['in base64 behind a user name', base64(`user:${secret}`)],
  ['in base64 with a line end', base64(`${secret}\n`)],
  ['in base64 at the second alignment', base64(`x${secret}`)],
  ['in base64 at the third alignment', base64(`xy${secret}yz`)],
  ['in base64url', Buffer.from(`?${secret}`).toString('base64url')],
  ['in base64 that is wrapped', wrapAt(base64(`${'x'.repeat(50)}${secret.repeat(3)}`), 76), secret.repeat(3)],
  ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ['in hexadecimal in upper case', Buffer.from(secret).toString('hex').toUpperCase()],
  ['in hexadecimal with colons', (Buffer.from(secret).toString('hex').match(/../g) ?? []).join(':')],
  ['in JSON', JSON.stringify({ v: secret })],
  ['in JSON in JSON', JSON.stringify(JSON.stringify({ v: secret }))],
  [
    'in JSON with < as \\u003c',
    JSON.stringify(secret).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  ],
  ['in JSON that is ASCII alone', JSON.stringify(secret).replaceAll('ü', '\\u00fc')],
  ['in XML', `<v>${xmlEscaped(secret)}</v>`],
  ['quoted for a shell', `+ psql ${shellQuoted("it's a secret")}`, "it's a secret"],
  ['as printf %q writes it', printfQ('it is $(a) secret'), 'it is $(a) secret'],
  ['in SQL', `PASSWORD 'it''s a secret'`, "it's a secret"],
  ['a key in PEM', pem, pem],
  ['a key in PEM with CRLF', pem.replaceAll('\n', '\r\n'), pem],
  ['a key in PEM in JSON', JSON.stringify({ key: pem }), pem],
  ['one line of a key in PEM', `  ${pem.split('\n')[1]}`, pem],
  ['with a colour inside', `p@ss \u001b[31m"w0rd"\u001b[0m/&+ü<9>`],
  ['with the cursor moved inside', `p@ss "w0\u001b[2Crd"/&+ü<9>`],
  [
    'in the address of a terminal link',
    `\u001b]8;;http://host/${encodeURIComponent(secret)}\u0007here\u001b]8;;\u0007`,
  ],
  ['wrapped at 80 columns', wrapAt(`${'x'.repeat(70)}${secret}`, 80)],
  ['wrapped and indented', wrapAt(`${'x'.repeat(70)}${secret}`, 80, '\n    ')],
  ['beside its own beginning', `${secret.slice(0, 9)}${secret}`],
  ['a URL’s password alone', 'the password is abc@def', 'postgres://u:abc%40def@h/db'],
  ['a URL’s password alone, percent-encoded', 'the password is abc%40def', 'postgres://u:abc%40def@h/db'],
  ['in base64 of UTF-16', Buffer.from(secret, 'utf16le').toString('base64')],
  ['with regular expression characters', '$& .* [a-z]+ \\1', '$& .* [a-z]+ \\1'],
  ['with a NUL', 'nul\u0000inside', 'nul\u0000inside'],
  ['that is an ordinary word', 'the deployment of production', 'production'],
  ['that is very long', `<${'long secret '.repeat(5_461)}>`, 'long secret '.repeat(5_461)],
];

/** All that the text still tells of the secret: pieces of it that are longer than a few characters. */
function leak(shown: string, whole: string): string | undefined {
  const plain = shown.replaceAll(mask, '\u0001').replace(/\u001b\[[0-9;]*[A-Za-z]|[\r\n]\s*/g, '');
  const forms = [whole, base64(whole), encodeURIComponent(whole), Buffer.from(whole).toString('hex')];
  return forms.find((form) => plain.includes(form));
}

describe('a secret that is written', () => {
  it.each(written)(
    '%s is masked in a whole text and in a stream, wherever that is cut',
    (_form: string, text: string, whole: string = secret) => {
      const redactor = createRedactor([whole]);
      const once = redactor.redact(text);
      expect(once).toContain(mask);
      expect(leak(once, whole)).toBeUndefined();
      const step = Math.max(1, Math.floor(text.length / (text.length > 4_000 ? 6 : 60)));
      for (let cut = 0; cut <= text.length; cut += step) {
        const stream = redactor.stream();
        const shown = stream.write(text.slice(0, cut)) + stream.write(text.slice(cut)) + stream.end();
        expect(shown).toContain(mask);
        expect(leak(shown, whole)).toBeUndefined();
      }
      const bytewise = redactor.stream();
      const shown = [...text.slice(0, 4_000)].map((unit) => bytewise.write(unit)).join('') + bytewise.end();
      if (text.length < 4_000) expect(shown).toContain(mask);
    },
  );

  it('is masked at any two cuts of a stream', () => {
    const text = `a${secret}b${secret.slice(0, 7)}c${base64(secret)}`;
    const redactor = createRedactor([secret]);
    for (let i = 0; i <= text.length; i++) {
      for (let j = i; j <= text.length; j++) {
        const stream = redactor.stream();
        const pieces = [text.slice(0, i), text.slice(i, j), text.slice(j)].map((piece) => stream.write(piece));
        expect(leak(pieces.join('') + stream.end(), secret)).toBeUndefined();
      }
    }
  });

  it('is masked among two hundred others', () => {
    const many = Array.from({ length: 200 }, (_, i) => `secret-number-${i}-${(i * 2_654_435_761).toString(36)}`);
    const text = many.map((one, i) => `${i}: ${i % 2 === 0 ? one : base64(one)}`).join('\n');
    const shown = createRedactor(many).redact(text);
    expect(many.filter((one) => leak(shown, one) !== undefined)).toEqual([]);
    expect(shown.split(mask)).toHaveLength(201);
  });

  it('leaves empty, blank and short secrets alone, which would hide ordinary text', () => {
    expect(createRedactor(['', '   ', 'abc', ' a ']).redact('abc   a  b')).toBe('abc   a  b');
  });

  it('is never shown while the rest of it is awaited, and is recognised when that comes', () => {
    const stream = createRedactor(['hunter22-and-more']).stream();
    const shown = [stream.write('word hunter22-and'), stream.idle(), stream.write('-more end'), stream.end()];
    expect(shown.join('')).toBe(`word ${mask}${mask} end`);
    const few = createRedactor(['hunter22-and-more']).stream();
    expect([few.write('see the hun'), few.idle(), few.write('dred'), few.end()].join('')).toBe('see the hundred');
  });

  it('leaves no trace for any secret, form, surrounding text and cutting', () => {
    const forms: readonly ((text: string) => string)[] = [
      (text) => text,
      encodeURIComponent,
      base64,
      (text) => base64(`ab${text}`),
      (text) => JSON.stringify(text),
      (text) => Buffer.from(text).toString('hex'),
      (text) => wrapAt(text, 5),
      (text) => text.split('').join('\u001b[1m'),
    ];
    const word = fc
      .string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 })
      .filter((text) => text.trim().length >= 8 && !text.includes('*') && text === text.trim());
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(fc.nat(4), fc.nat(forms.length - 1), fc.string({ maxLength: 30 })), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (secrets, pieces, cuts) => {
          const text = pieces
            .map(([which, form, fill]) => `${fill} ${forms[form]?.(secrets[which % secrets.length] ?? '')} `)
            .join('');
          const stream = createRedactor(secrets).stream();
          let shown = '';
          for (let at = 0, n = 0; at < text.length; n++) {
            const length = cuts[n % cuts.length] ?? 1;
            shown += stream.write(text.slice(at, at + length));
            at += length;
          }
          shown += stream.end();
          for (const one of secrets) for (const piece of shown.split(mask)) expect(leak(piece, one)).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});
