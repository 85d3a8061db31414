import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MariadbServer {
  readonly host: string;
  readonly port: number;
  /** The file of its socket. */
  readonly socket: string;
  /** A user who may do everything, from everywhere, with a password. */
  readonly username: string;
  readonly password: string;
  /** Process id of the server that runs now. */
  readonly pid: number;
  /** The certificate's authority, where the server has TLS. */
  readonly authority: string;
  /** Runs SQL with the vendor's own client; its output, columns separated by tabs and without a heading. */
  run(sql: string, database?: string): string;
  /** Stops it at once and removes its files. */
  stop(): Promise<void>;
  /** SIGKILL, as when a machine dies. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same files, after `kill` or while it runs; `more` are options of the server. */
  restart(...more: readonly string[]): Promise<void>;
}

export interface MariadbOptions {
  /** With a certificate for `localhost` and, unless `names` says otherwise, for 127.0.0.1. */
  readonly tls?: boolean;
  /** Of the certificate, as openssl's subjectAltName. */
  readonly names?: string;
  /** Options of the server. */
  readonly options?: readonly string[];
}

/**
 * A real MariaDB server of this machine's own programs, on a random loopback port, in a folder of its own. It ends with the test process,
 * however that ends. Throws where the programs are missing.
 */
export async function startMariadb({
  tls = false,
  names = 'DNS:localhost,IP:127.0.0.1',
  options = [],
}: MariadbOptions = {}): Promise<MariadbServer> {
  const owner = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'srd-my-'));
  chmodSync(folder, 0o755);
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const socket = join(folder, 'sock');
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const fast = ['--innodb-flush-log-at-trx-commit=2', '--innodb-log-file-size=4M'];
  install(['--no-defaults', `--datadir=${data}`, ...INSTALL, ...fast], owner, folder);
  // The first statements of the server, before anybody can connect.
  const first = join(folder, 'first.sql');
  writeFileSync(
    first,
    `CREATE USER srd@'%' IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO srd@'%' WITH GRANT OPTION;\n`,
    { mode: 0o644 },
  );
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    `--pid-file=${join(folder, 'pid')}`,
    '--innodb-buffer-pool-size=16M',
    ...fast,
    ...(tls ? makeCertificate(folder, names, owner) : []),
    ...options,
  ];
  const start = (...more: readonly string[]) => startServer([...args, ...more], folder, owner);
  let server = await start(`--init-file=${first}`);
  rmSync(first);

  return {
    host: '127.0.0.1',
    port,
    socket,
    username: 'srd',
    password,
    authority: join(folder, 'ca.crt'),
    get pid() {
      return server.pid as number;
    },
    run: (sql, database) =>
      execFileSync('mariadb', [...CLIENT, `--socket=${socket}`, ...(database ? [database] : []), '-e', sql], {
        encoding: 'utf8',
        env: { ...process.env, MYSQL_PWD: password },
      }),
    async stop() {
      await end(server, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
    kill: () => end(server, 'SIGKILL'),
    async restart(...more) {
      await end(server, 'SIGTERM');
      server = await start(...more);
    },
  };
}

type User = { readonly uid: number; readonly gid: number } | undefined;

/** The text is sent as it is: the server tells statements apart better than its client, which would cut procedures. */
const CLIENT = ['--no-defaults', '-B', '-N', '-u', 'srd', '--default-character-set=utf8mb4', '--delimiter=;;;'];

const INSTALL = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];

function install(args: readonly string[], owner: User, folder: string): void {
  try {
    execFileSync('mariadb-install-db', args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder, ...owner });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error('MariaDB is not installed. Install the Debian package "mariadb-server-core" to run these tests.');
    throw error;
  }
}

/** The server refuses to run as root unless told to; another user needs no change. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['mysql', 'nobody'].map((name) => users.find(([found]) => found === name)).find(Boolean);
  if (!user) throw new Error('MariaDB does not run as root, and there is neither a user mysql nor nobody.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function startServer(args: readonly string[], folder: string, owner: User): Promise<ChildProcess> {
  const path = `${process.env.PATH}:/usr/sbin`;
  const child = spawn('mariadbd', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
    detached: true,
    env: { ...process.env, PATH: path },
    ...owner,
  });
  endWithThisProcess(child.pid as number, folder);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`mariadbd ended with code ${code}:\n${log}`)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (log.includes('ready for connections')) resolve();
    });
  });
  return child;
}

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

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await exited;
}

/** An authority of our own and a certificate that it signed. */
function makeCertificate(folder: string, names: string, owner: User): readonly string[] {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe', cwd: folder });
  writeFileSync(file('names'), `subjectAltName=${names}\n`);
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=Test authority');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-out', 'server.crt', '-days', '2', '-extfile', 'names'],
  );
  for (const name of ['server.key', 'server.crt', 'ca.crt']) {
    chmodSync(file(name), name === 'server.key' ? 0o600 : 0o644);
    if (owner) chownSync(file(name), owner.uid, owner.gid);
  }
  return [`--ssl-ca=${file('ca.crt')}`, `--ssl-cert=${file('server.crt')}`, `--ssl-key=${file('server.key')}`];
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
