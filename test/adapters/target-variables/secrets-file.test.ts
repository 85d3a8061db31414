import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIn } from '../../../adapters/target-variables/key-text.ts';
import { openSecrets, sealSecrets } from '../../../adapters/target-variables/secrets-file.ts';
import { targetId } from '../../../core/index.ts';

const key = randomBytes(32);
const staging = targetId('staging');
const secrets = new Map([
  ['API_KEY', 'hunter2-hunter2'],
  ['PEM', '-----BEGIN-----\nabc\n'],
]);

describe('secrets in a file', () => {
  it('are read back as they were, whatever they hold', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'grapheme', minLength: 1 }))), (entries) => {
        const values = new Map(entries);
        const opened = openSecrets(sealSecrets(values, key, staging), key, staging);
        expect(opened).toEqual({ type: 'opened', values });
      }),
    );
  });

  it('show neither name nor value, and are never written twice in the same way', () => {
    const [first, second] = [sealSecrets(secrets, key, staging), sealSecrets(secrets, key, staging)];
    for (const hidden of ['API_KEY', 'hunter2', 'BEGIN', key.toString('base64'), key.toString('hex')])
      expect(first).not.toContain(hidden);
    const [a, b] = [JSON.parse(first), JSON.parse(second)];
    expect(Buffer.from(a.nonce, 'base64')).toHaveLength(12);
    expect([a.nonce, a.data]).not.toEqual([b.nonce, b.data]);
    expect(a.key).toBe(b.key);
  });

  it('are not opened by another key, which is told apart from damage', () => {
    expect(openSecrets(sealSecrets(secrets, key, staging), randomBytes(32), staging)).toEqual({ type: 'wrong-key' });
  });

  it('are damaged where any single byte of the text was changed, or its end is gone', () => {
    const text = sealSecrets(secrets, key, staging);
    for (let at = 0; at < text.trimEnd().length; at++) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(openSecrets(changed, key, staging).type, changed).not.toBe('opened');
      expect(openSecrets(text.slice(0, at), key, staging).type).toBe('damaged');
    }
  });

  it('are damaged where the file is that of another target', () => {
    expect(openSecrets(sealSecrets(secrets, key, staging), key, targetId('production')).type).toBe('damaged');
  });

  it('of a newer format are not touched', () => {
    const text = JSON.stringify({ ...JSON.parse(sealSecrets(secrets, key, staging)), v: 2 });
    expect(openSecrets(text, key, staging)).toEqual({
      type: 'damaged',
      why: 'was written by a newer srdeploy, in format 2',
    });
  });

  it('are not opened with the given key itself: what encrypts is derived from it', () => {
    const { nonce, data, ...rest } = JSON.parse(sealSecrets(secrets, key, staging));
    const cipher = createCipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'));
    const forged = Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]).toString('base64');
    expect(openSecrets(JSON.stringify({ ...rest, nonce, data: forged }), key, staging).type).toBe('damaged');
  });
});

describe('a key as a text', () => {
  it('is 32 bytes in base64, that of URLs too, or in hexadecimal digits, with blanks around it', () => {
    for (const text of [
      key.toString('base64'),
      key.toString('base64url'),
      key.toString('hex'),
      ` ${key.toString('hex').toUpperCase()}\r\n`,
    ])
      expect(Buffer.from(keyIn(text) ?? []).equals(key), text).toBe(true);
  });

  it.each([
    '',
    'secret',
    'a'.repeat(42),
    'a'.repeat(45),
    'f'.repeat(63),
    `${'a'.repeat(42)}!`,
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
  ])('is nothing else: %s', (text) => {
    expect(keyIn(text)).toBe(undefined);
  });
});
