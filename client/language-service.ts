import {
  type Disposable,
  LanguageStatusSeverity,
  type Location,
  type LogOutputChannel,
  languages,
  type Uri,
  window,
  workspace,
} from 'vscode';
import {
  LanguageClient,
  type Location as LspLocation,
  type Middleware,
  type ServerOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { type LanguageServerOptions, type UsersParams, usersRequest } from '../protocol/index.ts';
import { warnOfDeletedFiles } from './deleted-files.ts';
import { commandIds, languageIds, settingIds } from './names.ts';
import { planFileGlobs } from './project-of.ts';
import { chosenExclusions } from './projects.ts';

const ourLanguages = Object.values(languageIds).map((language) => ({ language }));

/** The language server and the word about it in the status bar of the editor. Started by the first plan or deploy config that is opened. */
export class LanguageService implements Disposable {
  readonly #module: string;
  readonly #log: LogOutputChannel;
  readonly #middleware: Middleware;
  readonly #status = languages.createLanguageStatusItem('srdeploy.server', ourLanguages);
  readonly #settings = workspace.onDidChangeConfiguration((event) => {
    // `restart` reports its failure by the state that the status item shows.
    const isMeant = [settingIds.exclude, settingIds.scope].some((id) => event.affectsConfiguration(id));
    if (this.#client && isMeant) void this.restart();
  });
  readonly #deletions = warnOfDeletedFiles((files) => this.#usersOf(files));
  #client: LanguageClient | undefined;

  constructor(module: string, log: LogOutputChannel, middleware: Middleware) {
    this.#module = module;
    this.#log = log;
    this.#middleware = middleware;
    this.#status.name = 'ScratchRobin Deploy';
    this.#status.command = { command: commandIds.restartLanguageServer, title: 'Restart' };
    this.#say('not started', false);
  }

  /** Starts the server unless it is there. */
  start(): void {
    if (this.#client) return;
    const client = this.#create();
    this.#client = client;
    client.onDidChangeState(({ newState }) => this.#show(newState));
    client.start().catch((error: unknown) => {
      this.#log.error(`The language server did not start: ${error instanceof Error ? error.message : error}`);
      this.#say('did not start', true);
    });
  }

  async restart(): Promise<void> {
    if (!this.#client) {
      this.start();
      return;
    }
    await this.#client.restart();
  }

  dispose(): void {
    this.#settings.dispose();
    this.#deletions.dispose();
    this.#status.dispose();
    // The window closes: there is nobody left to tell, and the server ends with its connection.
    this.#client?.dispose().catch(() => {});
  }

  /** Nothing while there is no server: it is there once a plan or deploy config has been opened. */
  async #usersOf(files: readonly Uri[]): Promise<readonly Location[]> {
    if (!this.#client?.isRunning() || files.length === 0) return [];
    const params: UsersParams = { uris: files.map(String) };
    try {
      const places = await this.#client.sendRequest<LspLocation[]>(usersRequest, params);
      return (await this.#client.protocol2CodeConverter.asReferences(places)) ?? [];
    } catch (error) {
      this.#log.error(`What names a deleted file could not be found out: ${String(error)}`);
      return [];
    }
  }

  #create(): LanguageClient {
    const server: ServerOptions = {
      module: this.#module,
      transport: TransportKind.ipc,
    };
    return new LanguageClient('srdeploy', 'ScratchRobin Deploy: Language Server', server, {
      documentSelector: [
        ...ourLanguages.flatMap((one) => ['file', 'untitled'].map((scheme) => ({ ...one, scheme }))),
        { pattern: '**/*.{sql,SQL}', scheme: 'file' },
      ],
      initializationOptions: (): LanguageServerOptions => ({
        exclude: chosenExclusions(),
        scope: workspace.getConfiguration().get<'workspace' | 'open'>(settingIds.scope, 'workspace'),
        commands: commandIds,
      }),
      middleware: this.#middleware,
      outputChannel: window.createOutputChannel('ScratchRobin Deploy: Language Server', { log: true }),
      synchronize: {
        fileEvents: planFileGlobs.map((glob) => workspace.createFileSystemWatcher(glob)),
      },
    });
  }

  #show(state: State): void {
    if (state === State.Running) this.#say('ready', false);
    else if (state === State.Starting) this.#say('starting', false);
    else this.#say('stopped', true);
    this.#status.busy = state === State.Starting;
  }

  #say(word: string, isWrong: boolean): void {
    this.#status.text = `Deployment plans: ${word}`;
    this.#status.severity = isWrong ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
  }
}
