import type { ChangeAnnotation, Range as LspRange, Position, WorkspaceEdit } from 'vscode-languageserver/node';
import type { Around } from '../around.ts';
import { toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';
import type { NameKind, NameUse } from './names.ts';
import { nameAt, type PlacedUse, usesOf } from './navigation.ts';

/** An answer, or why there is none, in words for people. */
export type Renaming<Answer> =
  | { readonly type: 'done'; readonly answer: Answer }
  | { readonly type: 'refused'; readonly why: string };

/** What a new name may look like, as the schemas say. */
const forms: Readonly<Record<NameKind, { readonly pattern: RegExp; readonly words: string }>> = {
  step: { pattern: /^\S(?:.*\S)?$/, words: 'one line of text that neither begins nor ends with a space' },
  group: { pattern: /\S/, words: 'more than spaces' },
  database: { pattern: /^[A-Za-z][A-Za-z0-9_-]*$/, words: 'a letter, followed by letters, digits, _ or -' },
  target: {
    pattern: /^[a-z][a-z0-9-]{1,31}$/,
    words: '2 to 32 characters: a lower-case letter, then lower-case letters, digits or hyphens',
  },
  connection: { pattern: /\S/, words: 'more than spaces' },
  variable: { pattern: /^[A-Za-z_][A-Za-z0-9_]*$/, words: 'a letter or _, followed by letters, digits or _' },
  script: { pattern: /\S/, words: 'more than spaces' },
};

/** What runs, locks and histories know by its name: a rename makes it something new to them. */
const recorded: Partial<Record<NameKind, string>> = {
  step: 'Runs of this plan know the step by its old id: one that did not succeed cannot be resumed any more.',
  group: 'Runs of this config know the group by its old name: one that did not succeed cannot be resumed any more.',
  target:
    'Runs, approvals and the history in this project know the target by its old id: under the new one it has none, and what commands have applied counts as pending again.',
  database: 'The history in this project knows the database by its old name: under the new one it has none.',
};

/** The stretch to type over and the name that stands there. */
export function renamingAt(
  document: OpenDocument,
  position: Position,
): Renaming<{ readonly range: LspRange; readonly placeholder: string }> {
  const named = nameAt(document, position);
  if (!named) return refused('There is no name here that could be changed.');
  if (named.kind === 'script')
    return refused('Rename the file in the Explorer: the plan documents that name it are changed with it.');
  return { type: 'done', answer: { range: toLspRange(named.range), placeholder: named.name } };
}

/** A new name, everywhere at once. */
export function rename(
  document: OpenDocument,
  { position, newName }: { readonly position: Position; readonly newName: string },
  around: Around,
): Renaming<WorkspaceEdit> {
  const named = nameAt(document, position);
  if (!named || named.kind === 'script') return refused('There is no name here that could be changed.');
  const why = whyNot(document, named, newName, around);
  if (why !== undefined) return refused(why);
  return { type: 'done', answer: editOf(usesOf(document, named, around), named, newName, around) };
}

function whyNot(document: OpenDocument, named: NameUse, newName: string, around: Around): string | undefined {
  const form = forms[named.kind];
  if (!form.pattern.test(newName) || /[\n\r\0]/.test(newName))
    return `The name of a ${named.kind} must be ${form.words}.`;
  if (newName === named.name) return undefined;
  const taken = usesOf(document, { ...named, name: newName }, around).some(({ isDefinition }) => isDefinition);
  return taken ? `There is a ${named.kind} "${newName}" already.` : undefined;
}

function editOf(uses: readonly PlacedUse[], { kind }: NameUse, newName: string, around: Around): WorkspaceEdit {
  const text = JSON.stringify(newName).slice(1, -1);
  const warning = around.confirmsChanges ? recorded[kind] : undefined;
  const annotation: ChangeAnnotation | undefined =
    warning === undefined ? undefined : { label: `Rename a ${kind}`, description: warning, needsConfirmation: true };
  const documents = [...new Set(uses.map(({ document }) => document))];
  return {
    documentChanges: documents.map((document) => ({
      textDocument: { uri: document.uri, version: document.version },
      edits: uses
        .filter((use) => use.document === document)
        .map(({ range }) => ({
          range: toLspRange(range),
          newText: text,
          ...(annotation && { annotationId: 'recorded' }),
        })),
    })),
    ...(annotation && { changeAnnotations: { recorded: annotation } }),
  };
}

const refused = (why: string): Renaming<never> => ({ type: 'refused', why });
