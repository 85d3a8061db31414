import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseSession } from '../../../core/index.ts';
import { type FirebirdOptions, type FirebirdServer, startFirebird } from '../../support/firebird-server.ts';
import { claimOf, connectionTo, never, runOne, tenSeconds, tryConnect } from './firebird-target.ts';

const servers: Partial<Record<NonNullable<FirebirdOptions['wireCrypt']>, FirebirdServer>> = {};
const listeners: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
beforeAll(async () => {
  for (const wireCrypt of ['Disabled', 'Enabled', 'Required'] as const)
    servers[wireCrypt] = await startFirebird({ wireCrypt });
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop();
});
afterEach(() => {
  for (const { server, sockets } of listeners.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

const serverWith = (wireCrypt: keyof typeof servers) => servers[wireCrypt] as FirebirdServer;

/** Listens on a loopback port and gives every connection to the function. */
async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  listeners.push({ server, sockets });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as { port: number }).port;
}

/** A connection in between, which can be cut, or answered with what no server says. */
async function between(server: FirebirdServer) {
  const pairs: { readonly near: Socket; readonly far: Socket }[] = [];
  const port = await listen((near) => {
    const far = connect(server.port, server.host);
    far.on('error', () => {});
    near.pipe(far);
    far.pipe(near);
    pairs.push({ near, far });
  });
  return {
    port,
    cut() {
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.destroy();
    },
    say(bytes: Buffer) {
      for (const { near, far } of pairs) {
        far.unpipe(near);
        near.write(bytes);
      }
    },
  };
}

async function open(connection: Parameters<typeof tryConnect>[0]): Promise<DatabaseSession> {
  const connected = await tryConnect(connection);
  if (connected.type !== 'connected') throw new Error(connected.message);
  return connected.session;
}

describe('encryption on the wire', () => {
  it.each([
    ['disable', 'Disabled', 'connected', /./],
    ['disable', 'Enabled', 'connected', /./],
    ['disable', 'Required', 'refused', /do not agree on encryption/],
    ['prefer', 'Disabled', 'connected', /./],
    ['prefer', 'Enabled', 'connected', /./],
    ['prefer', 'Required', 'connected', /./],
    ['require', 'Disabled', 'refused', /"require", and the server does not encrypt/],
    ['require', 'Enabled', 'connected', /./],
    ['require', 'Required', 'connected', /./],
    ['verify-ca', 'Enabled', 'unsupported', /certificates/],
    ['verify-full', 'Required', 'unsupported', /certificates/],
  ] as const)('with ssl_mode %s and a server that has it %s: %s', async (sslMode, wireCrypt, type, words) => {
    const outcome = await tryConnect(connectionTo(serverWith(wireCrypt), { sslMode }));
    expect(outcome, JSON.stringify(outcome)).toMatchObject({ type });
    if (outcome.type !== 'connected') return expect(outcome.message).toMatch(words);
    expect(await outcome.session.ping(never)).toEqual({ type: 'done', value: undefined });
    await outcome.session.close();
  });

  it.each([
    ['prefer', false],
    ['require', false],
    ['disable', true],
  ] as const)('ssl_mode %s: can somebody on the way read the statements? %s', async (sslMode, isReadable) => {
    let heard = Buffer.alloc(0);
    const server = serverWith('Enabled');
    const port = await listen((near) => {
      const far = connect(server.port, server.host);
      near.on('data', (chunk) => {
        heard = Buffer.concat([heard, chunk as Buffer]);
      });
      near.pipe(far);
      far.pipe(near);
    });
    const session = await open({ ...connectionTo(server, { sslMode }), port });
    await session.query("SELECT 'to be or not' FROM RDB$DATABASE", 1, tenSeconds, never);
    expect(heard.includes('to be or not')).toBe(isReadable);
    await session.close();
  });
});

describe('connecting', () => {
  it('gives up a server that does not answer, within the time limit', async () => {
    const port = await listen(() => {});
    const outcome = await tryConnect({ ...connectionTo(serverWith('Enabled')), port }, { timeoutMs: 300 });
    expect(outcome).toMatchObject({ type: 'unreachable', message: expect.stringContaining('no answer within 0.3 s') });
  });

  it('gives up when it is cancelled', async () => {
    const port = await listen(() => {});
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 100);
    const outcome = await tryConnect({ ...connectionTo(serverWith('Enabled')), port }, {}, cancel.signal);
    expect(outcome).toMatchObject({ type: 'unreachable', message: expect.stringContaining('Cancelled') });
  });

  it.each([
    ['closes the connection', (socket: Socket) => socket.end()],
    ['is no Firebird', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['rejects the protocol', (socket: Socket) => socket.write(Buffer.from([0, 0, 0, 4]))],
  ])('says so where whoever listens %s', async (_what, answer) => {
    const port = await listen((socket) => socket.once('data', () => answer(socket)));
    const outcome = await tryConnect({ ...connectionTo(serverWith('Enabled')), port }, { timeoutMs: 5_000 });
    expect(outcome).toMatchObject({ type: 'unreachable', message: expect.stringContaining(`:${port}/`) });
    expect(JSON.stringify(outcome)).not.toContain('no answer within');
  });

  it('never tries the password that servers were once delivered with', async () => {
    for (const changes of [{ password: undefined }, { username: undefined }, { password: '' }]) {
      let asked = 0;
      const port = await listen(() => {
        asked += 1;
      });
      const outcome = await tryConnect({ ...connectionTo(serverWith('Enabled'), changes), port });
      expect(outcome).toMatchObject({ type: 'refused', message: expect.stringMatching(/has no (password|username)/) });
      expect(asked).toBe(0);
    }
  });

  it('opens a database by its alias', async () => {
    const session = await open(connectionTo(serverWith('Enabled'), { database: 'main' }));
    expect(session.serverVersion).toMatch(/^Firebird 3\.0\.\d+/);
    await session.close();
  });

  it('is refused for another backend', async () => {
    const outcome = await tryConnect(connectionTo(serverWith('Enabled'), { backend: 'scratchbird' }));
    expect(outcome).toMatchObject({ type: 'unsupported', message: expect.stringContaining('"protocol"') });
    const session = await open(connectionTo(serverWith('Enabled'), { backend: 'scratchbird', protocol: 'firebird' }));
    expect(session.backend).toBe('scratchbird');
    await session.close();
  });
});

describe('a connection that goes away', () => {
  const endless = 'EXECUTE BLOCK AS DECLARE i BIGINT = 0; BEGIN WHILE (1 = 1) DO i = i + 1; END';

  it.each([
    ['is cut', (way: Awaited<ReturnType<typeof between>>) => way.cut()],
    ['says what no server says', (way: Awaited<ReturnType<typeof between>>) => way.say(Buffer.alloc(64, 0xff))],
  ])('loses the statement in flight when it %s, and every request after it', async (_what, break_) => {
    const server = serverWith('Disabled');
    const way = await between(server);
    const session = await open({ ...connectionTo(server), port: way.port });
    await session.ensureHistory(never);
    await session.startAlone(claimOf('lost.sql'), 0, never);
    const running = runOne(session, 'lost.sql', 0, endless);
    setTimeout(() => break_(way), 200);
    expect(await running).toMatchObject({ type: 'lost', message: expect.stringMatching(/\w/) });
    for (const outcome of [await session.ping(never), await session.readHistory('', never), await session.rollback()])
      expect(outcome).toMatchObject({ type: 'lost' });
    await session.close();
    await session.close();
  });

  it('loses a session that the server’s administrator has ended', async () => {
    const server = serverWith('Enabled');
    const session = await open(connectionTo(server));
    await session.ensureHistory(never);
    await session.startAlone(claimOf('ended.sql'), 0, never);
    const running = runOne(session, 'ended.sql', 0, endless);
    await new Promise((tick) => setTimeout(tick, 200));
    server.isql(`DELETE FROM MON$ATTACHMENTS WHERE MON$REMOTE_PID = ${process.pid}; COMMIT;`);
    expect(await running).toMatchObject({ type: 'lost' });
    expect(await session.ping(never)).toMatchObject({ type: 'lost' });
    await session.close();
  });

  it('leaves no socket behind', async () => {
    const server = serverWith('Enabled');
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    for (let i = 0; i < 5; i += 1) await (await open(connectionTo(server))).close();
    const refused = await tryConnect(connectionTo(server, { password: 'wrong' }));
    expect(refused.type).toBe('refused');
    await expect.poll(sockets).toBeLessThanOrEqual(before);
    const there = `SELECT COUNT(*) FROM MON$ATTACHMENTS WHERE MON$REMOTE_PID = ${process.pid};`;
    await expect.poll(() => server.isql(there)).toMatch(/\s0\s/);
  });
});
