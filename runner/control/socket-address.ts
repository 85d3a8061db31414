import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest path of a Unix socket, in bytes; a longer one is cut without a word. */
const longestSocketPath = 100;

/** A fresh, short, private address to listen on: a Unix socket in a folder of mode 0700, or a named pipe on Windows. */
export function newSocketAddress(env: NodeJS.ProcessEnv): string {
  const name = `srdeploy-${randomBytes(8).toString('hex')}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const folder = privateFolder(env);
  const address = join(folder, `${name}.sock`);
  if (Buffer.byteLength(address) > longestSocketPath) {
    throw new Error(`${folder} is too long a path for a socket; set XDG_RUNTIME_DIR to a shorter one.`);
  }
  return address;
}

function privateFolder(env: NodeJS.ProcessEnv): string {
  const runtime = env.XDG_RUNTIME_DIR;
  const uid = process.getuid?.(); // Not asked of the system's list of users, which a container's user may not be on.
  const folder = runtime ? join(runtime, 'srdeploy') : join(tmpdir(), `srdeploy-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== uid) {
    throw new Error(`${folder} belongs to somebody else; remove it or set XDG_RUNTIME_DIR to a folder of your own.`);
  }
  chmodSync(folder, 0o700);
  return folder;
}
