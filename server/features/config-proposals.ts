import { CompletionItemKind } from 'vscode-languageserver/node';
import { itemsOf, type JsonPath, nodeAt, propertyOf } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
import { variablesOf } from './config-variables.ts';
import { namesIn } from './names.ts';
import { type Proposal, wordProposal } from './proposal.ts';

/** What a deploy config has to offer for a value in it: its connections, groups and variables, and the folders of the project's scripts. */
export function configProposals(document: OpenDocument, path: JsonPath): readonly Proposal[] {
  const [section, index] = path;
  const list = typeof path.at(-1) === 'number' ? path.at(-2) : undefined;
  if (path.at(-1) === 'connection_ref') return defined(document, 'connection', []);
  if (section === 'databases' && path.at(-1) === 'path')
    return folders(document).map((folder) => wordProposal(folder, asFolder));
  if (section !== 'groups') return [];
  const taken = itemsOf(nodeAt(document.source.root, path.slice(0, -1))).map(({ value }) => String(value));
  const own = nodeAt(document.source.root, ['groups', Number(index)]);
  switch (list) {
    case 'depends_on':
      return defined(document, 'group', [...taken, String(propertyOf(own, 'name')?.value.value)]);
    case 'required_env_vars':
      return variablesOf(document)
        .filter(({ name }) => !taken.includes(name))
        .map(({ name, detail }) => wordProposal(name, { kind: CompletionItemKind.Variable, detail }));
    case 'file_patterns':
      return folders(document).map((folder) => wordProposal(`${folder === '' ? '' : `${folder}/`}*.sql`, asFolder));
    default:
      return [];
  }
}

const asFolder = { kind: CompletionItemKind.Folder };

/** Names that the document defines, without those that are taken. */
function defined(document: OpenDocument, kind: 'connection' | 'group', taken: readonly string[]): readonly Proposal[] {
  return namesIn(document).flatMap((one) =>
    one.kind === kind && one.isDefinition && !taken.includes(one.name)
      ? [wordProposal(one.name, { kind: CompletionItemKind.Reference })]
      : [],
  );
}

/** Folders with SQL files, by their paths in the project. */
const folders = ({ project }: OpenDocument): readonly string[] =>
  [
    ...new Set((project?.facts.scripts() ?? []).map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))),
  ].sort();
