import { CompletionItemKind } from 'vscode-languageserver/node';
import { commandKeys, configPartsOf, isFilePlaceholder, type JsonPath } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
import type { Caret } from './caret.ts';
import { variablesOf } from './config-variables.ts';
import type { Proposal } from './proposal.ts';
import { escapeSnippet } from './schema-snippet.ts';
import type { NameProposals } from './sql-proposals.ts';

/** Behind a `$` or `${` stands a variable, behind another `{` a placeholder. */
const VARIABLE = /\$\{?(\w*)$/;
const PLACEHOLDER = /(?<!\$)\{(\w*)$/;

/**
 * The variables and placeholders that may be named where the caret stands in a command of a group; undefined where neither is due. `mended`
 * is the document without that command.
 */
export function commandProposals(
  document: OpenDocument,
  mended: OpenDocument,
  caret: Caret,
  offset: number,
): NameProposals | undefined {
  const { text } = document.source;
  const key = caret.path[2];
  if (document.kind !== 'config' || caret.path[0] !== 'groups' || !commandKeys.includes(String(key))) return undefined;
  if (text[caret.start] !== '"' || offset <= caret.start) return undefined;
  const typed = text.slice(caret.start + 1, offset);
  const end = offset + (/^\w*/.exec(text.slice(offset, caret.end))?.[0].length ?? 0);
  const isBraced = /\{\w*$/.test(typed);
  const close = isBraced && text[end] !== '}' ? '}' : '';
  const variable = VARIABLE.exec(typed)?.[1];
  if (variable !== undefined) return { start: offset - variable.length, end, proposals: variables(mended, close) };
  const placeholder = PLACEHOLDER.exec(typed)?.[1];
  if (placeholder === undefined || key !== 'deploy_command') return undefined;
  return { start: offset - placeholder.length, end, proposals: placeholders(mended, caret.path, close) };
}

const variables = (document: OpenDocument, close: string): readonly Proposal[] =>
  variablesOf(document).map(({ name, detail }) => proposal(name, close, CompletionItemKind.Variable, detail));

const files: Readonly<Record<string, string>> = {
  file: 'The path of the file',
  name: 'Its name without extension',
  dir: 'The folder that it is in',
};

/** Those that every file has, and the captures that the project uses. */
function placeholders({ source }: OpenDocument, [, index]: JsonPath, close: string): readonly Proposal[] {
  const { groups } = configPartsOf(source);
  if (groups[Number(index)]?.patterns.length === 0) return [];
  const commands = groups.flatMap((group) => group.commands.map(({ command }) => String(command.value)));
  const used = commands.flatMap((command) => [...command.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''));
  const captured = [...new Set(used)].filter((name) => isFilePlaceholder(name) && !(name in files)).sort();
  return [
    ...Object.entries(files).map(([name, detail]) => proposal(name, close, CompletionItemKind.Field, detail)),
    ...captured.map((name) => proposal(name, close, CompletionItemKind.Field, 'What a * of the pattern stands for')),
  ];
}

const proposal = (name: string, close: string, kind: CompletionItemKind, detail: string | undefined): Proposal => ({
  label: name,
  snippet: escapeSnippet(name + close),
  filter: name,
  kind,
  detail,
});
