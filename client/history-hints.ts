import {
  type Disposable,
  EventEmitter,
  InlayHint,
  type InlayHintsProvider,
  languages,
  type Range,
  type TextDocument,
} from 'vscode';
import type { RecordedScript } from '../protocol/index.ts';
import { askHistory } from './ask-history.ts';
import { languageIds } from './names.ts';
import type { RunsStore } from './runs-store.ts';
import type { Answers } from './serve-client.ts';
import { agoText } from './views/ago-text.ts';

const SCRIPT = /"script"\s*:\s*("(?:[^"\\\n]|\\.)*")/g;

/**
 * Behind each script of a plan what the project's own history says of it on the plan's target: "applied 2 days ago". What it does not know, it says
 * nothing of: the target itself is asked by a plan.
 */
export class HistoryHints implements InlayHintsProvider, Disposable {
  readonly #serve: Answers;
  readonly #log: (text: string) => void;
  readonly #changed = new EventEmitter<void>();
  readonly #disposables: readonly Disposable[];
  readonly onDidChangeInlayHints = this.#changed.event;

  constructor(serve: Answers, runs: RunsStore, log: (text: string) => void) {
    this.#serve = serve;
    this.#log = log;
    this.#disposables = [
      this.#changed,
      runs.onChange(() => this.#changed.fire()),
      languages.registerInlayHintsProvider({ language: languageIds.plan, scheme: 'file' }, this),
    ];
  }

  async provideInlayHints(document: TextDocument, range: Range): Promise<InlayHint[]> {
    const named = scriptsIn(document, range);
    const scripts = [...new Set(named.map(({ script }) => script))];
    const known = await askHistory({ serve: this.#serve, log: this.#log }, document, scripts);
    return named.flatMap(({ script, end }) => {
      const recorded = known?.recorded.get(script);
      return recorded ? [hintAt(document, end, recorded)] : [];
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/** The scripts that are named in a stretch, with the offset behind each. */
function scriptsIn(document: TextDocument, range: Range): readonly { readonly script: string; readonly end: number }[] {
  const from = document.offsetAt(range.start);
  return [...document.getText(range).matchAll(SCRIPT)].flatMap((match) => {
    const script = textIn(match[1] ?? '');
    return script === undefined ? [] : [{ script, end: from + match.index + match[0].length }];
  });
}

function textIn(written: string): string | undefined {
  try {
    return JSON.parse(written) as string;
  } catch {
    return undefined; // Half typed: there is nothing to say of it yet.
  }
}

function hintAt(document: TextDocument, offset: number, recorded: RecordedScript): InlayHint {
  const hint = new InlayHint(document.positionAt(offset), wordsOf(recorded, Date.now()));
  hint.paddingLeft = true;
  const by = recorded.by === undefined ? '' : ` by ${recorded.by}`;
  hint.tooltip = `${recorded.at}${by}, as the history of this project says`;
  return hint;
}

function wordsOf({ status, at, isChanged }: RecordedScript, now: number): string {
  switch (status) {
    case 'success':
      return isChanged ? `changed since it was applied ${agoText(at, now)}` : `applied ${agoText(at, now)}`;
    case 'failed':
      return `failed ${agoText(at, now)}`;
    case 'rolled_back':
      return `rolled back ${agoText(at, now)}`;
  }
}
