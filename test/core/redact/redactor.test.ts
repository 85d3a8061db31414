import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, mask, secretForms } from '../../../core/index.ts';

const secret = 'p@ss "w0rd"/&+ü';

describe('redaction', () => {
  it.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify({ password: secret })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret))],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 behind a user name', Buffer.from(`user:${secret}`).toString('base64')],
    ['in base64 with a line end', Buffer.from(`${secret}\n`).toString('base64')],
    ['in base64url', Buffer.from(`ab${secret}`).toString('base64url')],
    ['in a URL', `postgresql://user:${encodeURIComponent(secret)}@host/db`],
    ['in UTF-16 base64', Buffer.from(secret, 'utf16le').toString('base64')],
  ])('masks a secret %s', (_form, text) => {
    const redacted = createRedactor([secret]).redact(`before ${text} after`);
    expect(redacted).toContain(mask);
    expect(redacted.startsWith('before ')).toBe(true);
    expect(redacted.endsWith(' after')).toBe(true);
    for (const form of secretForms(secret)) expect(redacted).not.toContain(form);
  });

  it('merges overlapping secrets into one mask', () => {
    expect(createRedactor(['abcdef', 'defghi']).redact('xabcdefghiy')).toBe(`x${mask}y`);
    expect(createRedactor(['abcd', 'abcdefgh']).redact('abcdefgh abcd')).toBe(`${mask} ${mask}`);
  });

  it('leaves text alone that has no secret, and does not mask secrets under four characters', () => {
    expect(createRedactor(['abc']).redact('abc abcdef')).toBe('abc abcdef');
    expect(createRedactor(['secret']).redact('secre t')).toBe('secre t');
  });

  it('masks across any two cuts of a stream and loses no other text', () => {
    const text = `a${secret}b${secret.slice(0, 5)}c${secret}`;
    const whole = createRedactor([secret]).redact(text);
    for (let i = 0; i <= text.length; i++) {
      for (let j = i; j <= text.length; j++) {
        const stream = createRedactor([secret]).stream();
        const pieces = [text.slice(0, i), text.slice(i, j), text.slice(j)].map((piece) => stream.write(piece));
        expect(pieces.join('') + stream.end()).toBe(whole);
      }
    }
  });

  it('never lets a secret through, whatever stands around it and wherever the stream is cut', () => {
    const word = fc
      .string({ minLength: 4, maxLength: 12 })
      .filter((text) => text.trim().length >= 4 && !text.includes('*'));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.array(fc.string()),
        fc.infiniteStream(fc.nat(7)),
        (secrets, fill, cuts) => {
          const text = fill.flatMap((piece, i) => [piece, secrets[i % secrets.length] ?? '']).join('');
          const stream = createRedactor(secrets).stream();
          let out = '';
          for (let at = 0; at < text.length; ) {
            const length = 1 + (cuts.next().value ?? 0);
            out += stream.write(text.slice(at, at + length));
            at += length;
          }
          out += stream.end();
          expect(out).toBe(createRedactor(secrets).redact(text));
          // What is between masks holds no secret.
          for (const piece of out.split(mask)) for (const one of secrets) expect(piece).not.toContain(one);
        },
      ),
    );
  });
});
