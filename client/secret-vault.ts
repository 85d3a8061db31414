/** VS Code's own secret storage, or a map in tests. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** Values for `${secret:NAME}`, by project folder. They go to the runner by standard input and nowhere else. */
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

  set(project: string, name: string, value: string): PromiseLike<void> {
    return this.#store.store(keyOf(project, name), value);
  }

  delete(project: string, name: string): PromiseLike<void> {
    return this.#store.delete(keyOf(project, name));
  }
}

/** By the whole path: a folder that only has the same name is another project and gets nothing. */
const keyOf = (project: string, name: string): string => `srdeploy:${project}:${name}`;
