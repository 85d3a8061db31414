import { type Disposable, EventEmitter, RelativePattern, type Uri, workspace } from 'vscode';
import { excludedFolders } from '../core/index.ts';
import { settingIds } from './names.ts';
import { projectOf } from './project-of.ts';

const DOCUMENTS = '**/{?*.srdeploy,deploy-config.json,deploy-config.jsonc,*.deploy-config.json}';
const NEVER = excludedFolders.map((name) => `**/${name}/**`);

/** The projects of the workspace: the folders that plan documents and deploy configs belong to. */
export class Projects implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly #disposables: Disposable[] = [this.#changed];
  readonly onDidChange = this.#changed.event;

  constructor() {
    const watcher = workspace.createFileSystemWatcher(DOCUMENTS);
    const tell = () => this.#changed.fire();
    this.#disposables.push(
      watcher,
      watcher.onDidCreate(tell),
      watcher.onDidChange(tell),
      watcher.onDidDelete(tell),
      workspace.onDidChangeWorkspaceFolders(tell),
      workspace.onDidGrantWorkspaceTrust(tell),
      workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(settingIds.exclude) && tell()),
    );
  }

  /** Plan documents and deploy configs on this machine's disk, in order. */
  async documents(): Promise<readonly Uri[]> {
    const exclude = `{${[...NEVER, ...chosenExclusions()].join(',')}}`;
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const found = await Promise.all(
      folders.map((folder) => workspace.findFiles(new RelativePattern(folder, DOCUMENTS), exclude)),
    );
    return found.flat().sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1));
  }

  /** Absolute paths, in order, each once. */
  async all(): Promise<readonly string[]> {
    return [...new Set((await this.documents()).map(projectOfUri))];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/** The project of a file on disk. */
export const projectOfUri = (uri: Uri): string => projectOf(uri.fsPath);

/** Globs of further folders that nothing looks into, as the person here chose them. */
export const chosenExclusions = (): readonly string[] =>
  workspace.getConfiguration().get<readonly string[]>(settingIds.exclude, []);
