import { CompletionItemKind } from 'vscode-languageserver/node';
import { itemsOf, type JsonPath, nodeAt, propertiesOf, propertyOf } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
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
      return variables(document, taken);
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

/** Variables that are described in the config, and those that its commands use; the described ones first. */
function variables(document: OpenDocument, taken: readonly string[]): readonly Proposal[] {
  const described = new Map(
    propertiesOf(nodeAt(document.source.root, ['environment'])).map(({ key, value }) => [
      String(key.value),
      propertyOf(value, 'description')?.value.value,
    ]),
  );
  const used = namesIn(document).flatMap(({ kind, name }) => (kind === 'variable' ? [name] : []));
  return [...new Set([...described.keys(), ...used])]
    .filter((name) => !taken.includes(name))
    .map((name) => {
      const description: unknown = described.get(name);
      const detail = typeof description === 'string' ? description : described.has(name) ? undefined : 'used here';
      return wordProposal(name, { kind: CompletionItemKind.Variable, detail });
    });
}

/** Folders with SQL files, by their paths in the project. */
const folders = ({ project }: OpenDocument): readonly string[] =>
  [
    ...new Set((project?.facts.scripts() ?? []).map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))),
  ].sort();
