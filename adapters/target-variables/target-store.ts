import { mkdir, readFile, rm } from 'node:fs/promises';
import type { Processes, ProcessIdentity, TargetId } from '../../core/index.ts';
import { onCode } from '../durable/error-code.ts';
import { acquireHolderLock } from '../durable/holder-lock.ts';
import { replaceFile } from '../durable/replace-file.ts';
import { syncFolder } from '../durable/sync-folder.ts';
import { type FoundKey, findKey, type KeyPlace, type KeySources } from './find-key.ts';
import { makeKeyFile } from './key-file.ts';
import { openSecrets, sealSecrets } from './secrets-file.ts';
import { storePaths } from './store-paths.ts';
import type { Values } from './values-json.ts';
import { readVariables, writtenVariables } from './variables-file.ts';

/** What is stored for a target. */
export interface StoredValues {
  readonly variables: Values;
  readonly secrets: Values;
}

/** Why the store cannot be used. Nothing of it is changed then. `why` goes on with "it …". */
export type StoreRefusal =
  | { readonly type: 'no-key'; readonly secrets: string; readonly keyFile: string }
  | { readonly type: 'bad-key'; readonly place: KeyPlace; readonly why: string }
  | { readonly type: 'wrong-key'; readonly secrets: string; readonly place: KeyPlace }
  | { readonly type: 'damaged'; readonly file: string; readonly why: string }
  | { readonly type: 'busy'; readonly holder: ProcessIdentity };

export interface TargetStore {
  /** The key is looked for only where there are secrets. */
  read(): Promise<{ readonly type: 'read'; readonly values: StoredValues } | StoreRefusal>;
  /**
   * Lets `decide` make new values from what is stored, while no other process changes them; without `after` nothing is written.
   * `needsKey`: secrets will be written, so that the project is given a key where it has none.
   */
  change<Answer>(
    decide: (before: StoredValues) => Promise<{ readonly after?: StoredValues; readonly answer: Answer }>,
    needsKey: boolean,
  ): Promise<Changed<Answer> | StoreRefusal>;
}

export interface Changed<Answer> {
  readonly type: 'changed';
  readonly answer: Answer;
  /** The file of a key that was made for the project. */
  readonly newKey: string | undefined;
}

export interface TargetStoreOptions extends KeySources {
  readonly target: TargetId;
  readonly processes: Pick<Processes, 'liveness' | 'run' | 'self'>;
}

/** Another process holds the store for milliseconds, or for as long as the command takes that prints its key: up to a minute. */
const patience = { timeoutMs: 120_000, unknownAfterMs: 120_000 };

/** The values of a target in `.srdeploy/env`: plain ones and secrets in a file each, replaced whole. */
export function createTargetStore(options: TargetStoreOptions): TargetStore {
  const paths = storePaths(options.project, options.target);
  return {
    async read() {
      const loaded = await load(options, false);
      return loaded.type === 'loaded' ? { type: 'read', values: loaded.values } : loaded;
    },
    async change(decide, needsKey) {
      await mkdir(paths.folder, { recursive: true, mode: 0o700 });
      const lock = await acquireHolderLock(paths.writer, options.processes, patience);
      if (lock.type === 'busy') return lock;
      try {
        const loaded = await load(options, needsKey);
        if (loaded.type !== 'loaded') return loaded;
        const { after, answer } = await decide(loaded.values);
        if (after) await save(loaded, after, options);
        return { type: 'changed', answer, newKey: loaded.newKey };
      } finally {
        await lock.release();
      }
    },
  };
}

interface Loaded {
  readonly type: 'loaded';
  readonly values: StoredValues;
  readonly key: Uint8Array | undefined;
  readonly newKey: string | undefined;
}

async function load(options: TargetStoreOptions, needsKey: boolean): Promise<Loaded | StoreRefusal> {
  const paths = storePaths(options.project, options.target);
  const [plain, sealed] = await Promise.all([textOf(paths.variables), textOf(paths.secrets)]);
  const variables = plain === undefined ? nothing : readVariables(plain);
  if (variables.type === 'damaged') return { ...variables, file: paths.variables };
  if (sealed === undefined && !needsKey)
    return {
      type: 'loaded',
      values: { variables: variables.values, secrets: nothing.values },
      key: undefined,
      newKey: undefined,
    };
  const keyed = await keyFor(options, sealed !== undefined);
  if (keyed.type !== 'key') return keyed;
  const secrets = sealed === undefined ? nothing : openSecrets(sealed, keyed.key, options.target);
  if (secrets.type === 'damaged') return { ...secrets, file: paths.secrets };
  if (secrets.type === 'wrong-key') return { ...secrets, secrets: paths.secrets, place: keyed.place };
  const values = { variables: variables.values, secrets: secrets.values };
  return { type: 'loaded', values, key: keyed.key, newKey: keyed.newKey };
}

const nothing = { type: 'opened', values: new Map<string, string>() } as const;

const textOf = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch(onCode(['ENOENT'], undefined));

type Keyed = Extract<FoundKey, { type: 'key' }> & { readonly newKey?: string };

/** A key is made only where nothing was encrypted yet: what is there could not be read with a new one. */
async function keyFor(options: TargetStoreOptions, isUsed: boolean): Promise<Keyed | StoreRefusal> {
  const found = await findKey(options);
  if (found.type === 'key') return found;
  if (found.type === 'bad') return { type: 'bad-key', place: found.place, why: found.why };
  const { secrets } = storePaths(options.project, options.target);
  if (isUsed) return { type: 'no-key', secrets, keyFile: found.file };
  const made = await makeKeyFile(found.file);
  const again = await findKey(options);
  if (again.type !== 'key') return { type: 'no-key', secrets, keyFile: found.file };
  return made === 'made' ? { ...again, newKey: found.file } : again;
}

/** Secrets first: a value that becomes a secret is never lost on the way, at worst it stands in both files until it is set again. */
async function save(
  { values, key }: Loaded,
  after: StoredValues,
  { project, target }: TargetStoreOptions,
): Promise<void> {
  const paths = storePaths(project, target);
  if (!same(values.secrets, after.secrets)) {
    if (!key) throw new Error('Secrets are written without a key.');
    await saveFile(paths.secrets, paths.folder, after.secrets, (secrets) => sealSecrets(secrets, key, target));
  }
  if (!same(values.variables, after.variables))
    await saveFile(paths.variables, paths.folder, after.variables, writtenVariables);
}

/** Where nothing is left there is no file either, so that no key is asked for. */
async function saveFile(
  file: string,
  folder: string,
  values: Values,
  written: (values: Values) => string,
): Promise<void> {
  if (values.size > 0) return replaceFile(file, written(values));
  await rm(file, { force: true });
  await syncFolder(folder);
}

const same = (a: Values, b: Values): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
