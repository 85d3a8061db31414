import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ErrorView, RunId, ServeMessage, ServeVerb, ServeVerbs } from '../protocol/index.ts';
import { readJsonLines } from './json-lines.ts';
import { nodeEnvironment } from './runner-process.ts';

/** What `serve` made of a question. */
export type ServeAnswer<Verb extends ServeVerb> =
  | { readonly ok: true; readonly reply: ServeVerbs[Verb]['reply'] }
  | { readonly ok: false; readonly error: ErrorView };

/** The slice that most readers need. */
export interface Answers {
  ask<Verb extends ServeVerb>(verb: Verb, request: ServeVerbs[Verb]['request']): Promise<ServeAnswer<Verb>>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;
type Settle = (answer: ServeAnswer<ServeVerb>) => void;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A process that lived this long did not die of its start. */
const STEADY_MS = 60_000;

/** The one read-only `runner serve` of this window: started on first need, restarted with growing delays, ended with the window. */
export class ServeClient implements Answers {
  readonly #runner: string;
  readonly #log: (text: string) => void;
  readonly #mayAct: () => string | undefined;
  readonly #pending = new Map<number, Settle>();
  readonly #watched = new Set<string>();
  #child: Child | undefined;
  #startedAt = 0;
  #delayMs = 0;
  #restart: NodeJS.Timeout | undefined;
  #nextId = 1;
  #disposed = false;
  /** Called when runs of a watched project changed. An empty list means: read all again. */
  onRunsChanged: ((project: string, runs: readonly RunId[]) => void) | undefined;

  /** `mayAct`: why no process may be started now; undefined where it may. Asked at every question, since trust may be granted later. */
  constructor(runner: string, log: (text: string) => void, mayAct: () => string | undefined = () => undefined) {
    this.#runner = runner;
    this.#log = log;
    this.#mayAct = mayAct;
  }

  async ask<Verb extends ServeVerb>(verb: Verb, request: ServeVerbs[Verb]['request']): Promise<ServeAnswer<Verb>> {
    const why = this.#mayAct();
    if (why !== undefined) return { ok: false, error: { code: 'NOT_TRUSTED', message: why, exitCode: 7 } };
    const child = await this.#running();
    if (!child) return unavailable('The window is closing.');
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      // The answer to a verb has the shape of that verb: serve's contract, which the type of a map of mixed verbs cannot say.
      this.#pending.set(id, resolve as Settle);
      child.stdin.write(`${JSON.stringify({ id, verb, request })}\n`);
    });
  }

  /** Asks to be told of a project's runs, now and after every restart. */
  async watch(project: string): Promise<void> {
    if (this.#watched.has(project)) return;
    this.#watched.add(project);
    const answer = await this.ask('watch', { project });
    if (!answer.ok) this.#log(`Watching ${project} failed: ${answer.error.message}`);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#restart);
    this.#child?.stdin.end();
  }

  async #running(): Promise<Child | undefined> {
    if (this.#child) return this.#child;
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    if (this.#disposed) return undefined;
    this.#child ??= this.#start();
    return this.#child;
  }

  #start(): Child {
    this.#startedAt = Date.now();
    const child = spawn(process.execPath, [this.#runner, 'serve'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      env: nodeEnvironment(),
    });
    readJsonLines(
      child.stdout,
      (message) => this.#hear(message as ServeMessage),
      (line) => this.#log(`serve: ${line}`),
    );
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#log(`serve: ${text.trimEnd()}`));
    // A write to a process that has just ended: `close` answers what was asked.
    child.stdin.on('error', () => {});
    let over = false;
    const end = (why: string): void => {
      if (over) return;
      over = true;
      this.#ended(why);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(signal ?? `code ${code}`));
    return child;
  }

  #hear(message: ServeMessage): void {
    if ('event' in message) {
      this.onRunsChanged?.(message.project, message.runs);
      return;
    }
    const { id, ...answer } = message;
    this.#pending.get(id)?.(answer);
    this.#pending.delete(id);
  }

  #ended(why: string): void {
    this.#child = undefined;
    const questions = [...this.#pending.values()];
    this.#pending.clear();
    for (const settle of questions) settle(unavailable(`The reading process ended (${why}). Try again.`));
    if (this.#disposed) return;
    const wasSteady = Date.now() - this.#startedAt > STEADY_MS;
    this.#delayMs = wasSteady
      ? FIRST_DELAY_MS
      : Math.min(LONGEST_DELAY_MS, Math.max(FIRST_DELAY_MS, this.#delayMs * 2));
    this.#log(`serve ended (${why}); it may start again in ${this.#delayMs} ms.`);
    if (this.#watched.size > 0) this.#restart = setTimeout(() => this.#watchAgain(), this.#delayMs);
  }

  #watchAgain(): void {
    for (const project of this.#watched) {
      void this.ask('watch', { project }).then((answer) => {
        if (answer.ok) this.onRunsChanged?.(project, []);
        else this.#log(`Watching ${project} failed: ${answer.error.message}`);
      });
    }
  }
}

const unavailable = (message: string): { readonly ok: false; readonly error: ErrorView } => ({
  ok: false,
  error: { code: 'SERVE_ENDED', message, exitCode: 10 },
});
