import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** Process id of the postmaster that runs now. */
  readonly pid: number;
  /** Stops it at once and removes its files. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster and all its children, as when a machine dies. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same files, after `kill` or while it runs. */
  restart(): Promise<void>;
}

export interface PostgresOptions {
  /** Keep fsync on, for measurements. */
  readonly durable?: boolean;
  /** Files for TLS: certificate and key in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/**
 * A real PostgreSQL server of this machine's own programs, on a random loopback port, with a password, in a folder of its own. It
 * ends with the test process, however that ends. Throws where the programs are missing.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = findPrograms();
  const owner = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'srd-pg-'));
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  const port = await freePort();
  writeFileSync(passwordFile, password);
  for (const path of [folder, passwordFile]) if (owner) chownSync(path, owner.uid, owner.gid);
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'srd',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, ...owner },
  );
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: 30,
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...(options.tls && { ssl: 'on', ...writeTls(folder, options.tls, owner) }),
  };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const start = () => startPostmaster(join(bin, 'postgres'), args, folder, owner);
  let postmaster = await start();

  return {
    host: '127.0.0.1',
    port,
    database: 'postgres',
    username: 'srd',
    password,
    get pid() {
      return postmaster.pid as number;
    },
    async stop() {
      await end(postmaster, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
    kill: () => end(postmaster, 'SIGKILL'),
    async restart() {
      await end(postmaster, 'SIGINT');
      postmaster = await start();
    },
  };
}

type User = { readonly uid: number; readonly gid: number } | undefined;

function findPrograms(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions
    .map((version) => join(root, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
  if (!bin) throw new Error('PostgreSQL is not installed. Install the Debian package "postgresql" to run these tests.');
  return bin;
}

/** PostgreSQL refuses to run as root; another user needs no change. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find(([found]) => found === name)).find(Boolean);
  if (!user) throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function startPostmaster(
  program: string,
  args: readonly string[],
  folder: string,
  owner: User,
): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, detached: true, ...owner });
  endWithThisProcess(child.pid as number, folder);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`postgres ended with code ${code}:\n${log}`)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (text.includes('ready to accept connections')) resolve();
    });
  });
  return child;
}

/** A shell that waits for its input to end, which it does when this process ends, and then stops the server. */
function endWithThisProcess(pid: number, folder: string): void {
  const script = 'read _; kill -QUIT "$1" 2>/dev/null && sleep 1 && rm -rf "$2"';
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
}

async function end(postmaster: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (postmaster.exitCode !== null || postmaster.signalCode !== null) return;
  const exited = new Promise((resolve) => postmaster.once('exit', resolve));
  const children = signal === 'SIGKILL' ? childrenOf(postmaster.pid as number) : [];
  for (const pid of [postmaster.pid as number, ...children]) spawnSync('kill', [`-${signal.slice(3)}`, String(pid)]);
  await exited;
  for (const pid of children) while (existsSync(`/proc/${pid}`)) await delay(5);
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined; // it ended between the two looks
  }
}

function writeTls(folder: string, { cert, key }: { cert: string; key: string }, owner: User): Record<string, string> {
  const files = { ssl_cert_file: join(folder, 'server.crt'), ssl_key_file: join(folder, 'server.key') };
  writeFileSync(files.ssl_cert_file, cert);
  writeFileSync(files.ssl_key_file, key, { mode: 0o600 });
  for (const file of Object.values(files)) if (owner) chownSync(file, owner.uid, owner.gid);
  return files;
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
