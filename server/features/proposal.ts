import { CompletionItemKind } from 'vscode-languageserver/node';
import { escapeSnippet } from './schema-snippet.ts';

/** Something that may stand at the caret, before it is known how it gets there. */
export interface Proposal {
  readonly label: string;
  /** What is inserted, as a snippet. */
  readonly snippet: string;
  /** What typed characters are compared with; begins with a quote for what is written in quotes. */
  readonly filter: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string | undefined;
  /** The script that it stands for, by its path in the project. */
  readonly script?: string;
  /** Markdown. */
  readonly documentation?: string | undefined;
}

/** A word in quotes as a proposal. */
export function wordProposal(word: string, more: Partial<Proposal> = {}): Proposal {
  const quoted = JSON.stringify(word);
  return { label: word, snippet: escapeSnippet(quoted), filter: quoted, kind: CompletionItemKind.EnumMember, ...more };
}
