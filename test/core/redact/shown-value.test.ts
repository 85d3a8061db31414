import { describe, expect, it } from 'vitest';
import { looksSecret, shownValue } from '../../../core/index.ts';

describe('a value as a list shows it', () => {
  it.each([
    ['HOST', 'db.example.org', false, 'db.example.org'],
    ['HOST', 'db.example.org', true, '***'],
    ['DB_PASSWORD', 'two words "quoted"', false, '***'],
    ['AWS_SECRET_ACCESS_KEY', 'abc', false, '***'],
    ['DATABASE_URL', 'postgresql://shop:hunter2@db/shop', false, 'postgresql://shop:***@db/shop'],
    ['DATABASE_URL', 'postgresql://db/shop', false, 'postgresql://db/shop'],
    ['NOTE', 'first\npassword=hunter2', false, 'first\npassword=***'],
  ])('is masked as far as it is a secret: %s', (name, value, isSecret, shown) => {
    expect(shownValue(name, value, isSecret)).toBe(shown);
  });

  it('looks like a secret by its name, or by a password in it', () => {
    expect(looksSecret('API_TOKEN', 'abc')).toBe(true);
    expect(looksSecret('DATABASE_URL', 'postgresql://shop:hunter2@db/shop')).toBe(true);
    expect(looksSecret('DATABASE_URL', 'postgresql://db/shop')).toBe(false);
  });
});
