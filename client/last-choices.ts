/** VS Code's own state of a workspace, or a map in tests. */
export interface StateStore {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** What a person chose last in this workspace, so that it can be offered first. */
export class LastChoices {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  target(project: string): string | undefined {
    return this.#store.get(`target:${project}`);
  }

  setTarget(project: string, target: string): PromiseLike<void> {
    return this.#store.update(`target:${project}`, target);
  }

  /** The groups of a deploy config; empty where all were chosen, or nothing yet. */
  groups(project: string, file: string): readonly string[] {
    return this.#store.get(`groups:${project}#${file}`) ?? [];
  }

  setGroups(project: string, file: string, groups: readonly string[]): PromiseLike<void> {
    return this.#store.update(`groups:${project}#${file}`, groups);
  }
}

/** The items with the one that was chosen last in front. */
export const lastFirst = <T>(items: readonly T[], isLast: (item: T) => boolean): readonly T[] => [
  ...items.filter(isLast),
  ...items.filter((item) => !isLast(item)),
];
