import { describe, expect, it } from 'vitest';
import { readAddress, secretsInAddress } from '../../../core/index.ts';

const address = (text: string) => {
  const read = readAddress(text);
  return read.type === 'address' ? read.address : read.why;
};

const server = { host: 'db', username: 'u', password: 'p', sslMode: 'prefer', sslRootCert: undefined };

describe('the address of a database', () => {
  it.each<[string, object]>([
    ['postgresql://u:p@db:6000/shop', { ...server, backend: 'postgresql', port: 6000, database: 'shop' }],
    ['postgres://u:p@db/shop', { ...server, backend: 'postgresql', port: 5432, database: 'shop' }],
    ['POSTGRES://u:p@db/shop', { ...server, backend: 'postgresql', port: 5432, database: 'shop' }],
    ['mysql://u:p@db/shop', { ...server, backend: 'mysql', port: 3306, database: 'shop' }],
    ['mariadb://u:p@db/shop', { ...server, backend: 'mysql', port: 3306, database: 'shop' }],
    ['firebird://u:p@db/employee', { ...server, backend: 'firebird', port: 3050, database: 'employee' }],
    ['firebird://u:p@db//data/shop.fdb', { ...server, backend: 'firebird', port: 3050, database: '/data/shop.fdb' }],
    ['  postgres://u:p@db/shop\n', { ...server, backend: 'postgresql', port: 5432, database: 'shop' }],
    [
      'postgres://a%40b:c%2Fd%3A%25@[::1]/s%20hop?sslmode=verify-full&sslrootcert=ca.pem&connect_timeout=5',
      {
        backend: 'postgresql',
        host: '::1',
        port: 5432,
        database: 's hop',
        username: 'a@b',
        password: 'c/d:%',
        sslMode: 'verify-full',
        sslRootCert: 'ca.pem',
      },
    ],
    [
      'postgresql:///shop?host=/run/postgresql&user=u&password=p',
      { ...server, backend: 'postgresql', host: '/run/postgresql', port: 5432, database: 'shop' },
    ],
    [
      'mysql://u:p@db/shop?ssl-mode=REQUIRED',
      { ...server, backend: 'mysql', port: 3306, database: 'shop', sslMode: 'require' },
    ],
    [
      'postgres://u@db/shop?schema=public',
      { ...server, backend: 'postgresql', port: 5432, database: 'shop', password: undefined },
    ],
    ['sqlite:data/app.db', { backend: 'sqlite', file: 'data/app.db' }],
    ['sqlite://data/app.db', { backend: 'sqlite', file: 'data/app.db' }],
    ['sqlite:/var/app.db', { backend: 'sqlite', file: '/var/app.db' }],
    ['sqlite:///var/my%20app.db?mode=rwc', { backend: 'sqlite', file: '/var/my app.db' }],
    ['file:./app.db', { backend: 'sqlite', file: './app.db' }],
  ])('leads where it says: %s', (text, expected) => {
    expect(address(text)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['', 'must begin with'],
    ['shop', 'must begin with'],
    ['constructor://u:secret@db/x', 'must begin with'],
    ['postgres://u:secret@db', 'no database'],
    ['postgres://u:1/secret@db/x', 'taken apart'],
    ['postgres://u:1#secret@db/x', 'taken apart'],
    ['postgres://u:1?secret@db/x', 'taken apart'],
    ['postgres://u:sec ret@@db:port/x', 'taken apart'],
    ['postgres://u:secret@a,b/x', 'several hosts'],
    ['postgres://u:secret@db/x?options=-csearch_path%3Dother', '"options"'],
    ['postgres://u:secret@db/x?schema=other', '"schema"'],
    ['postgres://u:secret@db/x?sslmode=sometimes', '"sslmode"'],
    ['mysql://u:secret@db/x?sslcert=a.pem', '"sslcert"'],
    ['sqlite:', 'no file'],
    ['sqlite::memory:', 'in memory'],
  ])('is refused in words that quote nothing secret: %s', (text, words) => {
    const why = address(text);
    expect(why).toContain(words);
    expect(why).not.toContain('secret');
  });

  it('has its password masked as it is written and as it is meant, and all of it where it cannot be read', () => {
    expect(secretsInAddress('postgres://u:a%2Fb@db/x')).toEqual(['a/b', 'a%2Fb']);
    expect(secretsInAddress('postgres://u:plain@db/x')).toEqual(['plain']);
    expect(secretsInAddress('postgres://db/x?password=in-query')).toEqual(['in-query']);
    expect(secretsInAddress('sqlite:app.db')).toEqual([]);
    expect(secretsInAddress('oracle://u:x@db/x')).toEqual(['oracle://u:x@db/x']);
  });
});
