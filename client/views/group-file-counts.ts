import { type Disposable, EventEmitter, type Uri, workspace } from 'vscode';
import { excludedFolders } from '../../core/index.ts';
import type { Answers } from '../serve-client.ts';

type Counts = Readonly<Record<string, number>>;

/** Files that come and go within this time are counted together. */
const GATHER_MS = 500;

/** How many files the groups of deploy configs have: counted when somebody looks, kept until files come or go. */
export class GroupFileCounts implements Disposable {
  readonly #serve: Answers;
  readonly #log: (text: string) => void;
  readonly #kept = new Map<string, Promise<Counts>>();
  readonly #changed = new EventEmitter<void>();
  readonly #disposables: Disposable[] = [this.#changed];
  #gathering: NodeJS.Timeout | undefined;
  /** Kept counts may be wrong now. */
  readonly onDidChange = this.#changed.event;

  constructor(serve: Answers, log: (text: string) => void) {
    this.#serve = serve;
    this.#log = log;
  }

  /** By the group's name. A group that is missing in it could not be counted. */
  of(project: string, file: string): Promise<Counts> {
    this.#watch();
    const key = `${project}#${file}`;
    const counts = this.#kept.get(key) ?? this.#count(project, file, key);
    this.#kept.set(key, counts);
    return counts;
  }

  forget(): void {
    this.#kept.clear();
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #count(project: string, file: string, key: string): Promise<Counts> {
    const answer = await this.#serve.ask('group-files', { project, file });
    if (answer.ok) return answer.reply.counts;
    this.#log(`The files of ${file} in ${project} could not be counted: ${answer.error.message}`);
    this.#kept.delete(key);
    return {};
  }

  /** Nothing is watched before the first count. What changes in a file does not change how many there are. */
  #watch(): void {
    if (this.#disposables.length > 1) return;
    const watcher = workspace.createFileSystemWatcher('**/*', false, true, false);
    const tell = (uri: Uri): void => this.#hear(uri);
    this.#disposables.push(watcher, watcher.onDidCreate(tell), watcher.onDidDelete(tell));
  }

  #hear({ path }: Uri): void {
    if (this.#kept.size === 0 || excludedFolders.some((name) => path.includes(`/${name}/`))) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.forget();
      this.#changed.fire();
    }, GATHER_MS);
  }
}
