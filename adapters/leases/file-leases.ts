import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freeLock, type LeaseStore, type VersionedLock } from '../../core/index.ts';
import { errorCode } from '../durable/error-code.ts';
import { readVersioned, type VersionedText, writeVersioned } from '../durable/versioned-file.ts';
import { writeNewFile } from '../durable/write-new-file.ts';
import { ensureStore, storeFolder } from '../journal/store-layout.ts';
import { decodeLockState } from './decode-lock-state.ts';

/** A store of leases, or why the file system cannot keep them. */
export type OpenedLeases =
  | { readonly type: 'open'; readonly leases: LeaseStore }
  | { readonly type: 'refused'; readonly message: string };

/**
 * The leases of a project in `.srdeploy/state/locks`, one folder a key. Refused where the file system does not give a name to
 * exactly one of several writers. Reading and writing reject where a record cannot be understood: it is never taken for a free one.
 */
export async function openFileLeases(project: string): Promise<OpenedLeases> {
  await ensureStore(project);
  const locks = locksFolder(project);
  await mkdir(locks, { recursive: true, mode: 0o700 });
  const refusal = await probe(locks);
  if (refusal !== undefined) return { type: 'refused', message: refusal };
  return { type: 'open', leases: fileLeases(locks) };
}

/** The leases of a project for somebody who only reads: makes nothing, and refuses to write. */
export function readFileLeases(project: string): LeaseStore {
  const { read } = fileLeases(locksFolder(project));
  return {
    read,
    write: () => Promise.reject(new Error('The leases were opened for reading only.')),
  };
}

const locksFolder = (project: string): string => join(storeFolder(project), 'state', 'locks');

function fileLeases(locks: string): LeaseStore {
  /** What the last look has found, by key. */
  const known = new Map<string, VersionedText & VersionedLock>();
  return {
    read: async (key): Promise<VersionedLock> => {
      const folder = join(locks, folderName(key));
      const read = await readVersioned(folder, known.get(key));
      if ('state' in read) return read;
      const { version, text } = read;
      if (text === undefined) return { version, state: freeLock };
      const state = decodeLockState(text);
      if (typeof state === 'string')
        throw new Error(`The lock ${join(folder, `${version}.json`)} cannot be read: ${state}`);
      known.set(key, { version, text, state });
      return { version, state };
    },
    write: (key, expectedVersion, state) =>
      writeVersioned(join(locks, folderName(key)), expectedVersion, JSON.stringify(state)),
  };
}

/** A key that may be a folder's name on every system stands for itself; any other for its hash. */
const folderName = (key: string): string =>
  /^[a-z][a-z0-9-]{0,62}$/.test(key) ? key : `_${createHash('sha256').update(key, 'utf8').digest('hex')}`;

async function probe(folder: string): Promise<string | undefined> {
  const [file, name] = [join(folder, `.probe-${randomUUID()}.tmp`), join(folder, `.probe-${randomUUID()}.tmp`)];
  try {
    await writeNewFile(file, 'probe');
    await link(file, name);
    const second = await link(file, name).then(() => undefined, errorCode);
    if (second === 'EEXIST') return undefined;
    return `The file system of ${folder} let two writers have one name, so that it cannot keep locks. Put the project on a local disk.`;
  } catch (error) {
    const code = errorCode(error);
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code ?? '')) throw error;
    return `The file system of ${folder} has no hard links (${code}), so that it cannot keep locks. Put the project on a local disk.`;
  } finally {
    await rm(file, { force: true });
    await rm(name, { force: true });
  }
}
