import type { PlacedTarget, TargetProbe } from '../protocol/index.ts';
import type { StateStore } from './last-choices.ts';

/** What is known of the way to a target. Nothing is, before somebody has asked. */
export type TargetState =
  | { readonly type: 'unknown' }
  | { readonly type: 'testing' }
  /** `at`: ISO, when it was tried. */
  | { readonly type: 'tested'; readonly at: string; readonly probes: readonly TargetProbe[] }
  | { readonly type: 'refused'; readonly at: string; readonly message: string };

/** How many migrations a target had not, when somebody asked. */
export interface PendingMigrations {
  readonly at: string;
  readonly count: number;
  /** What they were asked of, relative to the project. */
  readonly file: string;
}

/** Names a target of a project. */
export interface TargetRef {
  /** Absolute path. */
  readonly project: string;
  readonly target: string;
}

interface Kept {
  /** The target as it was said when it was tried: of another one nothing is known. */
  readonly said?: string;
  readonly tested?: Extract<TargetState, { readonly type: 'tested' | 'refused' }>;
  readonly pending?: PendingMigrations;
}

const KEY = 'targetStates';

/** The last that is known of each target of the workspace, over reloads of the window. */
export class TargetStates {
  readonly #store: StateStore;
  readonly #testing = new Set<string>();
  readonly #listeners = new Set<(ref: TargetRef) => void>();

  constructor(store: StateStore) {
    this.#store = store;
  }

  stateOf(ref: TargetRef, said: PlacedTarget): TargetState {
    if (this.#testing.has(keyOf(ref))) return { type: 'testing' };
    const { said: before, tested } = this.#kept(ref);
    return tested && before === wordsOf(said) ? tested : { type: 'unknown' };
  }

  pendingOf(ref: TargetRef): PendingMigrations | undefined {
    return this.#kept(ref).pending;
  }

  begin(ref: TargetRef): void {
    this.#testing.add(keyOf(ref));
    this.#tell(ref);
  }

  /** Undefined: nothing came of it, and what was known before is. */
  async end(ref: TargetRef, said: PlacedTarget, tested: Kept['tested']): Promise<void> {
    this.#testing.delete(keyOf(ref));
    if (tested) await this.#keep(ref, { ...this.#kept(ref), said: wordsOf(said), tested });
    this.#tell(ref);
  }

  /** Undefined: whatever was pending may not be any more. */
  async setPending(ref: TargetRef, pending: PendingMigrations | undefined): Promise<void> {
    const { pending: before, ...kept } = this.#kept(ref);
    if (!before && !pending) return;
    await this.#keep(ref, { ...kept, ...(pending && { pending }) });
    this.#tell(ref);
  }

  onChange(listener: (ref: TargetRef) => void): void {
    this.#listeners.add(listener);
  }

  #kept(ref: TargetRef): Kept {
    return this.#store.get<Record<string, Kept>>(KEY)?.[keyOf(ref)] ?? {};
  }

  async #keep(ref: TargetRef, kept: Kept): Promise<void> {
    await this.#store.update(KEY, { ...this.#store.get<Record<string, Kept>>(KEY), [keyOf(ref)]: kept });
  }

  #tell(ref: TargetRef): void {
    for (const listener of this.#listeners) listener(ref);
  }
}

const keyOf = ({ project, target }: TargetRef): string => `${project}#${target}`;
const wordsOf = ({ settings, connection }: PlacedTarget): string => JSON.stringify([settings, connection]);
