import { type TextDocumentChangeEvent, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type OpenDocument, openDocument } from './open-document.ts';
import type { Projects } from './project.ts';

/** The open documents, each parsed once a version. */
export interface Documents {
  readonly texts: TextDocuments<TextDocument>;
  /** Undefined for a document that is not open or not ours. */
  get(uri: string): OpenDocument | undefined;
  all(): readonly OpenDocument[];
  /** Forgets what was parsed, because something beside the documents has changed. */
  refresh(): void;
}

export function createDocuments(projects: Projects): Documents {
  const texts = new TextDocuments(TextDocument);
  const parsed = new Map<string, OpenDocument>();
  const get = (uri: string): OpenDocument | undefined => {
    const text = texts.get(uri);
    if (!text) return undefined;
    const known = parsed.get(uri);
    if (known?.version === text.version) return known;
    const document = openDocument(text, projects);
    if (document) parsed.set(uri, document);
    return document;
  };
  texts.onDidClose(({ document }: TextDocumentChangeEvent<TextDocument>) => parsed.delete(document.uri));
  return {
    texts,
    get,
    all: () => texts.keys().flatMap((uri) => get(uri) ?? []),
    refresh: () => parsed.clear(),
  };
}
