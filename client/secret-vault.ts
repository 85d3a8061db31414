/** VS Code's own secret storage, or a map in tests. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  keys(): PromiseLike<readonly string[]>;
}

/** Values for `${secret:NAME}`, by project folder. They go to the runner by standard input, to tasks by their environment, and nowhere else. */
export class SecretVault {
  readonly #store: SecretStore;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /** The values that are there; an empty one counts as missing. */
  async read(project: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const pairs = await Promise.all(
      names.map(async (name) => [name, (await this.#store.get(keyOf(project, name))) ?? ''] as const),
    );
    return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
  }

  /** All that is kept for a project. */
  async readAll(project: string): Promise<Readonly<Record<string, string>>> {
    const start = keyOf(project, '');
    const keys = (await this.#store.keys()).filter((key) => key.startsWith(start));
    // A path may hold a colon: what follows it there is no name of ours.
    const names = keys.map((key) => key.slice(start.length)).filter((name) => !/[:/\\]/.test(name));
    return this.read(project, names);
  }

  set(project: string, name: string, value: string): PromiseLike<void> {
    return this.#store.store(keyOf(project, name), value);
  }

  delete(project: string, name: string): PromiseLike<void> {
    return this.#store.delete(keyOf(project, name));
  }
}

/** By the whole path: a folder that only has the same name is another project and gets nothing. */
const keyOf = (project: string, name: string): string => `srdeploy:${project}:${name}`;
