import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface FirebirdServer {
  readonly host: string;
  readonly port: number;
  /** The path of an empty database, as the server sees it. */
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** Process id of the server that runs now. */
  readonly pid: number;
  /** Makes one more database and answers its path. */
  createDatabase(name: string, options?: { readonly pageSize?: number }): string;
  /** Runs statements with the vendor's own client; what it printed. */
  isql(sql: string, database?: string): string;
  /** Makes a database of a backup and answers its path. */
  restore(backup: string, name: string): string;
  /** Stops it at once and removes its files. */
  stop(): Promise<void>;
  /** SIGKILL, as when a machine dies. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same files, after `kill` or while it runs. */
  restart(): Promise<void>;
}

export interface FirebirdOptions {
  /** What the server says to encryption on the wire; its own default is `Required`. */
  readonly wireCrypt?: 'Disabled' | 'Enabled' | 'Required';
}

/**
 * A real Firebird server of this machine's own programs, on a random loopback port, with a security database of its own, in a folder of
 * its own. It ends with the test process, however that ends. Throws where the programs are missing.
 */
export async function startFirebird(options: FirebirdOptions = {}): Promise<FirebirdServer> {
  const programs = findPrograms();
  const owner = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'srd-fb-'));
  const port = await freePort();
  const password = randomBytes(6).toString('hex');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    FIREBIRD: folder,
    FIREBIRD_LOCK: join(folder, 'lock'),
    FIREBIRD_TMP: join(folder, 'tmp'),
  };
  const launch = { cwd: folder, env, ...owner };
  const feed = (sql: string, ...args: string[]): string =>
    execFileSync(programs.isql, ['-q', '-bail', ...args], {
      input: sql,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      ...launch,
    });

  for (const name of ['lock', 'tmp', 'data']) mkdirSync(join(folder, name));
  for (const name of ['plugins', 'intl', 'firebird.msg', 'plugins.conf']) {
    symlinkSync(join(programs.root, name), join(folder, name));
  }
  const security = join(folder, 'security3.fdb');
  writeFileSync(join(folder, 'firebird.conf'), settings({ port, security, wireCrypt: options.wireCrypt ?? 'Enabled' }));
  writeFileSync(join(folder, 'databases.conf'), `main = ${join(folder, 'data', 'main.fdb')}\n`);
  for (const name of ['.', 'lock', 'tmp', 'data']) if (owner) chownSync(join(folder, name), owner.uid, owner.gid);
  feed(`CREATE DATABASE '${security}';\nCOMMIT;\nIN ${programs.securitySql};\nCOMMIT;\n`);
  feed(`CREATE USER SYSDBA PASSWORD '${password}';\nCOMMIT;\n`, '-user', 'SYSDBA', security);

  const login = `USER 'SYSDBA' PASSWORD '${password}'`;
  const start = () => startServer(programs.server, port, launch, folder);
  let server = await start();
  const createDatabase: FirebirdServer['createDatabase'] = (name, { pageSize = 8192 } = {}) => {
    const path = join(folder, 'data', `${name}.fdb`);
    feed(`CREATE DATABASE '127.0.0.1/${port}:${path}' ${login} PAGE_SIZE ${pageSize} DEFAULT CHARACTER SET UTF8;\n`);
    return path;
  };
  const database = createDatabase('main');

  return {
    host: '127.0.0.1',
    port,
    database,
    username: 'SYSDBA',
    password,
    get pid() {
      return server.pid as number;
    },
    createDatabase,
    isql: (sql, path = database) => feed(`CONNECT '127.0.0.1/${port}:${path}' ${login};\n${sql}\n`),
    restore(backup, name) {
      const path = join(folder, 'data', `${name}.fdb`);
      const args = ['-create', '-user', 'SYSDBA', '-fetch_password', 'stdin', backup, `127.0.0.1/${port}:${path}`];
      execFileSync(programs.gbak, args, { input: `${password}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
      return path;
    },
    async stop() {
      await end(server);
      rmSync(folder, { recursive: true, force: true });
    },
    kill: () => end(server),
    async restart() {
      await end(server);
      server = await start();
    },
  };
}

type User = { readonly uid: number; readonly gid: number } | undefined;

interface Programs {
  readonly server: string;
  readonly isql: string;
  readonly gbak: string;
  readonly securitySql: string;
  /** The folder with plugins, character sets and messages. */
  readonly root: string;
}

function findPrograms(): Programs {
  const found = {
    server: '/usr/sbin/firebird',
    isql: '/usr/bin/isql-fb',
    gbak: '/usr/bin/gbak',
    securitySql: '/usr/share/firebird/3.0/security.sql',
    root: `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/firebird/3.0`,
  };
  if (Object.values(found).every((path) => existsSync(path))) return found;
  throw new Error(
    'Firebird is not installed. Install the Debian packages "firebird3.0-server firebird3.0-utils" to run these tests.',
  );
}

/** A server that runs as root would make files that only root may read. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['firebird', 'nobody'].map((name) => users.find(([found]) => found === name)).find(Boolean);
  if (!user) throw new Error('There is neither a user firebird nor nobody to run the server as.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

const settings = (given: { readonly port: number; readonly security: string; readonly wireCrypt: string }): string =>
  `RemoteServicePort = ${given.port}
RemoteBindAddress = 127.0.0.1
SecurityDatabase = ${given.security}
AuthServer = Srp
AuthClient = Srp
UserManager = Srp
WireCrypt = ${given.wireCrypt}
UdfAccess = None
`;

interface Launch {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

async function startServer(program: string, port: number, launch: Launch, folder: string): Promise<ChildProcess> {
  const child = spawn(program, [], { stdio: ['ignore', 'ignore', 'pipe'], detached: true, ...launch });
  endWithThisProcess(child.pid as number, folder);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`firebird ended with code ${code}:\n${log}`)));
  });
  ended.catch(() => {}); // it ends some time; only the start waits for it
  await Promise.race([listens(port), ended]);
  return child;
}

async function listens(port: number): Promise<void> {
  while (!(await accepts(port))) await delay(20);
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.on('connect', answer(true));
    socket.on('error', answer(false));
  });

/** A shell that waits for its input to end, which it does when this process ends, and then stops the server. */
function endWithThisProcess(pid: number, folder: string): void {
  const script = 'read _; kill -KILL "$1" 2>/dev/null && sleep 1 && rm -rf "$2"';
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await exited;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
