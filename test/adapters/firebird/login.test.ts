import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoginFilter } from '../../../adapters/firebird/login-answer.ts';
import { type FirebirdServer, startFirebird } from '../../support/firebird-server.ts';
import { connectionTo, tryConnect } from './firebird-target.ts';

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const short = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const array = (data: Buffer): Buffer =>
  Buffer.concat([int(data.length), data, Buffer.alloc(((data.length + 3) & ~3) - data.length)]);
const key = Buffer.from('AB'.repeat(100));
const rest = array(Buffer.from('Srp'));

const answer = (salt: string): Buffer =>
  Buffer.concat([
    ...[int(98), int(15), int(1), int(5)],
    array(Buffer.concat([short(salt.length), Buffer.from(salt), short(key.length), key])),
    rest,
  ]);

/** What the driver reads: the salt, and the key from where it looks for it. */
function read(packet: Buffer): { readonly salt: string; readonly key: string; readonly rest: Buffer } {
  const length = packet.readInt32BE(16);
  const data = packet.subarray(20, 20 + length);
  const saltLength = data.readUInt16LE(0);
  return {
    salt: data.toString('utf8', 2, saltLength + 2),
    key: data.toString('utf8', (saltLength + 5) & ~3),
    rest: packet.subarray(20 + ((length + 3) & ~3)),
  };
}

describe('the answer to a login', () => {
  it.each([64, 63, 62, 61, 60, 59])(
    'has its key where the driver looks for it behind a salt of %i characters',
    (length) => {
      const salt = 'C'.repeat(length);
      const passed = createLoginFilter()(answer(salt));
      expect(read(passed)).toEqual({ salt, key: key.toString(), rest });
    },
  );

  it('is put together from pieces', () => {
    const pass = createLoginFilter();
    const packet = answer('C'.repeat(63));
    const pieces = [packet.subarray(0, 3), packet.subarray(3, 30), packet.subarray(30, 200), packet.subarray(200)];
    expect(pieces.map((piece) => pass(piece).length > 0)).toEqual([false, false, false, true]);
    expect(pass(Buffer.from('later'))).toEqual(Buffer.from('later'));
  });

  it('is passed on as it is where it carries no key', () => {
    const refusal = Buffer.concat([int(9), int(0)]);
    expect(createLoginFilter()(refusal)).toEqual(refusal);
    const asks = Buffer.concat([int(98), int(15), int(1), int(5), int(0), rest]);
    const pass = createLoginFilter();
    expect(pass(asks)).toEqual(asks);
    const continued = Buffer.concat([
      int(92),
      array(Buffer.concat([short(1), Buffer.from('C'), short(2), Buffer.from('AB')])),
    ]);
    expect(pass(continued)).not.toEqual(continued);
  });
});

describe('logging in', () => {
  let server: FirebirdServer;
  beforeAll(async () => {
    server = await startFirebird();
  });
  afterAll(() => server.stop());

  it('works for every account, whatever salt the server has given it', async () => {
    const names = Array.from({ length: 80 }, (_, i) => `ACCOUNT_${i}`);
    server.isql(names.map((name) => `CREATE USER ${name} PASSWORD 'pw';`).join('\n'));
    for (const username of names) {
      const connected = await tryConnect(connectionTo(server, { username, password: 'pw' }), { mode: 'read-only' });
      expect(connected.type, `${username}: ${'message' in connected ? connected.message : ''}`).toBe('connected');
      if (connected.type === 'connected') await connected.session.close();
    }
  });
});
