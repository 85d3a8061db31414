import type { CompletionItem, Disposable, TextDocument } from 'vscode';
import type { CompletionMiddleware } from 'vscode-languageclient/node';
import type { ScriptItem } from '../protocol/index.ts';
import { askHistory, type ScriptHistory, targetIn } from './ask-history.ts';
import type { RunsStore } from './runs-store.ts';
import type { Answers } from './serve-client.ts';
import { stateText } from './views/state-text.ts';

/** A completion waits so long for the history; what comes later is there with the next key. Milliseconds. */
const PATIENCE_MS = 200;
/** A file may have changed since the history was compared with it. Milliseconds. */
const FRESH_MS = 10_000;
/** So many lists of proposals are remembered; then it begins anew. */
const MOST = 100;

interface Known {
  readonly history: ScriptHistory;
  readonly at: number;
}

/** Says beside each script path that is proposed how it stands on the plan's target, as the project's own history has it. */
export class ScriptStates implements Disposable {
  readonly #asking: { readonly serve: Answers; readonly log: (text: string) => void };
  readonly #known = new Map<string, Known>();
  readonly #runs: { dispose(): void };

  constructor(serve: Answers, runs: Pick<RunsStore, 'onChange'>, log: (text: string) => void) {
    this.#asking = { serve, log };
    this.#runs = runs.onChange(() => this.#known.clear());
  }

  readonly provideCompletionItem: NonNullable<CompletionMiddleware['provideCompletionItem']> = async (
    document,
    position,
    context,
    token,
    next,
  ) => {
    const found = await next(document, position, context, token);
    const items = (found && 'items' in found ? found.items : found) ?? [];
    const named = items.flatMap((item) => {
      const script = scriptOf(item);
      return script === undefined ? [] : [{ item, script }];
    });
    if (named.length === 0) return found;
    const history = await this.#historyOf(
      document,
      named.map(({ script }) => script),
    );
    if (history === 'late') {
      if (found && 'items' in found) found.isIncomplete = true;
      return found;
    }
    const target = targetIn(document) ?? '';
    for (const { item, script } of named) describe(item, history && stateText(script, history, target, Date.now()));
    return found;
  };

  dispose(): void {
    this.#runs.dispose();
  }

  /** What is known already, or comes in time. */
  async #historyOf(document: TextDocument, scripts: readonly string[]): Promise<ScriptHistory | undefined | 'late'> {
    const key = [document.uri.toString(), targetIn(document), ...scripts].join('\n');
    const known = this.#known.get(key);
    if (known && Date.now() - known.at < FRESH_MS) return known.history;
    const asked = askHistory(this.#asking, document, scripts).then((history) => {
      if (this.#known.size >= MOST) this.#known.clear();
      if (history) this.#known.set(key, { history, at: Date.now() });
      return history;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, 'late');
    });
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }
}

/** The script that an item of the server stands for. */
function scriptOf(item: CompletionItem): string | undefined {
  const { script } = ((item as { readonly data?: unknown }).data ?? {}) as Partial<Record<keyof ScriptItem, unknown>>;
  return typeof script === 'string' ? script : undefined;
}

function describe(item: CompletionItem, state: string | undefined): void {
  if (state === undefined) return;
  const { label } = item;
  item.label = { label: typeof label === 'string' ? label : label.label, description: state };
  // The list may be too narrow for all of it.
  item.detail = item.detail === undefined ? state : `${item.detail} · ${state}`;
}
