import { describe, expect, it } from 'vitest';
import { createRedactor, mask } from '../../../core/index.ts';

const { redact } = createRedactor([]);

describe('values that stand where secrets stand', () => {
  it.each([
    ['DB_PASSWORD=hunter22', `DB_PASSWORD=${mask}`],
    ['postgresql://user:pw@host/db', `postgresql://user:${mask}@host/db`],
    ['AWS_SECRET_ACCESS_KEY=abc/def+ghi', `AWS_SECRET_ACCESS_KEY=${mask}`],
    ['Authorization: Bearer ey.J.x', `Authorization: Bearer ${mask}`],
    ['"authorization": "Basic dXNlcjpwdw=="', `"authorization": "Basic ${mask}"`],
    ['{"password":"hunter22","user":"ann"}', `{"password":"${mask}","user":"ann"}`],
    ['SUPABASE_SERVICE_ROLE_KEY=ey123', `SUPABASE_SERVICE_ROLE_KEY=${mask}`],
    ['password="two words" next', `password="${mask}" next`],
    ["password: 'it is', user: x", `password: '${mask}', user: x`],
    ['curl --token=abc123 http://host', `curl --token=${mask} http://host`],
    ["CREATE ROLE ann PASSWORD 'it''s'", `CREATE ROLE ann PASSWORD '${mask}'`],
    ["CREATE USER ann IDENTIFIED BY 'word'", `CREATE USER ann IDENTIFIED BY '${mask}'`],
  ])('are masked in %s', (text, masked) => {
    expect(redact(text)).toBe(masked);
  });

  it.each([
    'SELECT token FROM sessions WHERE token = $1',
    'password: ${env:DB_PASSWORD}',
    'Token unknown - line 1, column 8',
    'ALTER TABLE users ADD COLUMN password_hash text',
    'http://host:8080/path',
    'the secret is out',
    'password = crypt(new, gen_salt(8))',
    'key=value',
    '"TOKEN": { "secret": true }',
  ])('are left alone in %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('are found in time that grows with the text alone', () => {
    const counts = [20_000, 40_000].map((length) => {
      const text = 'password'.repeat(length / 8);
      return redact(text).length;
    });
    expect(counts).toEqual([20_000, 40_000]);
  });
});
