import type { RunId, RunView } from '../core/index.ts';
import type { RunRef } from './run-files.ts';
import type { Answers } from './serve-client.ts';

/** What changed: these runs of a project, or all of it where `runs` is undefined. */
export interface RunsChange {
  readonly project: string;
  readonly runs: readonly { readonly before: RunView | undefined; readonly after: RunView }[] | undefined;
}

/** How many runs of a project are listed, newest first. */
const LISTED = 100;
/** A runner that dies writes nothing: open runs are asked about this often. */
const OPEN_RUNS_MS = 5_000;

export const isOpenRun = ({ status }: RunView): boolean => status === 'running' || status === 'waiting';

/** The runs of every project that was asked for, kept current by `serve`. Everything shown in lists comes from here. */
export class RunsStore {
  readonly #serve: Answers & { watch(project: string): Promise<void> };
  readonly #log: (text: string) => void;
  readonly #projects = new Map<string, readonly RunView[]>();
  readonly #loading = new Map<string, Promise<readonly RunView[]>>();
  readonly #listeners = new Set<(change: RunsChange) => void>();
  #poll: NodeJS.Timeout | undefined;

  constructor(serve: Answers & { watch(project: string): Promise<void> }, log: (text: string) => void) {
    this.#serve = serve;
    this.#log = log;
  }

  /** What is known now, without asking. */
  known(project: string): readonly RunView[] {
    return this.#projects.get(project) ?? [];
  }

  /** Whether the runs of a project were read, so that it is watched. */
  isLoaded(project: string): boolean {
    return this.#projects.has(project);
  }

  /** False where a project may have older runs that are not listed. */
  isWhole(project: string): boolean {
    return this.known(project).length < LISTED;
  }

  find({ project, run }: RunRef): RunView | undefined {
    return this.known(project).find(({ id }) => id === run);
  }

  open(): readonly { readonly project: string; readonly run: RunView }[] {
    return [...this.#projects].flatMap(([project, runs]) => runs.filter(isOpenRun).map((run) => ({ project, run })));
  }

  /** The runs of a project; reads them once and watches from then on. */
  async load(project: string): Promise<readonly RunView[]> {
    const known = this.#projects.get(project);
    if (known) return known;
    const loading = this.#loading.get(project) ?? this.#read(project);
    this.#loading.set(project, loading);
    try {
      return await loading;
    } finally {
      this.#loading.delete(project);
    }
  }

  /** Reads again: the runs named, or all of the project's. */
  async refresh(project: string, runs: readonly RunId[] = []): Promise<void> {
    if (runs.length === 0 || !this.#projects.has(project)) {
      await this.#read(project);
      this.#tell({ project, runs: undefined });
      return;
    }
    const changes = await Promise.all(runs.map((run) => this.#readOne({ project, run })));
    // How a rollback stands is shown with the run that it takes back as well.
    const kin = new Set(changes.flatMap((change) => change?.after.rollsBack ?? []));
    for (const run of runs) kin.delete(run);
    changes.push(...(await Promise.all([...kin].map((run) => this.#readOne({ project, run })))));
    const real = changes.filter((change) => change !== undefined);
    if (real.length > 0) this.#tell({ project, runs: real });
  }

  onChange(listener: (change: RunsChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    clearInterval(this.#poll);
    this.#listeners.clear();
  }

  async #read(project: string): Promise<readonly RunView[]> {
    const answer = await this.#serve.ask('runs', { project, limit: LISTED });
    if (!answer.ok) {
      this.#log(`The runs of ${project} could not be read: ${answer.error.message}`);
      return this.known(project);
    }
    this.#projects.set(project, answer.reply.runs);
    await this.#serve.watch(project);
    this.#keepAsking();
    return answer.reply.runs;
  }

  async #readOne(ref: RunRef): Promise<{ readonly before: RunView | undefined; readonly after: RunView } | undefined> {
    const answer = await this.#serve.ask('run', ref);
    if (!answer.ok) {
      this.#log(`Run ${ref.run} could not be read: ${answer.error.message}`);
      return undefined;
    }
    const after = answer.reply.run;
    const before = this.find(ref);
    const others = this.known(ref.project).filter(({ id }) => id !== ref.run);
    const runs = [...others, after].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    this.#projects.set(ref.project, runs.slice(0, LISTED));
    this.#keepAsking();
    return { before, after };
  }

  #tell(change: RunsChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #keepAsking(): void {
    if (this.open().length === 0) {
      clearInterval(this.#poll);
      this.#poll = undefined;
      return;
    }
    this.#poll ??= setInterval(() => void this.#askOpenRuns(), OPEN_RUNS_MS);
  }

  /** Tells only of runs whose status is another one than before. `#readOne` logs what fails. */
  async #askOpenRuns(): Promise<void> {
    for (const { project, run } of this.open()) {
      const change = await this.#readOne({ project, run: run.id });
      if (change && change.before?.status !== change.after.status) this.#tell({ project, runs: [change] });
    }
  }
}
