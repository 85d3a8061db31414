import { CompletionItemKind } from 'vscode-languageserver/node';
import { type JsonPath, nodeAt, propertyOf } from '../../core/index.ts';
import type { Around } from '../around.ts';
import { pathOfUri } from '../file-uri.ts';
import type { OpenDocument } from '../open-document.ts';
import { scriptsIn } from '../plan-scripts.ts';
import { type Proposal, wordProposal } from './proposal.ts';

/** Script paths: of a rollback its pair first, then what no plan uses yet, then what only other plans use, then the rest. */
export function scriptProposals(
  document: OpenDocument,
  path: JsonPath,
  key: 'script' | 'rollback',
  { besides }: Around['plansNaming'],
): readonly Proposal[] {
  const { project } = document;
  const scripts = project?.facts.scripts() ?? [];
  const step = nodeAt(document.source.root, path.slice(0, -1));
  const used = new Set(scriptsIn(document));
  const namedElsewhere = project ? besides(project, pathOfUri(document.uri)) : () => undefined;
  const elsewhere = new Map(scripts.map((script) => [script, namedElsewhere(script)]));
  const partner = numberOf(propertyOf(step, key === 'script' ? 'rollback' : 'script')?.value.value);
  const rank = (script: string) => {
    const isFitting = isRollback(script) === (key === 'rollback');
    if (partner !== undefined && isFitting && numberOf(script) === partner) return 0;
    if (used.has(script)) return 4;
    if (elsewhere.get(script) !== undefined) return 3;
    return isFitting ? 1 : 2;
  };
  const files = scripts
    .map((script, index) => ({ script, index, rank: rank(script) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ script }) => {
      const other = elsewhere.get(script);
      const detail = used.has(script) ? 'used in this plan' : other && `used in ${project?.relative(other)}`;
      return wordProposal(script, { kind: CompletionItemKind.File, detail, script });
    });
  const none = wordProposal('none', { detail: 'There is no way back', kind: CompletionItemKind.Keyword });
  return key === 'rollback' ? [...files, none] : files;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const isRollback = (path: string): boolean => /^(R\d|U\d)/.test(baseName(path)) || /\.down\.sql$|rollback/i.test(path);

/** The number in a script's name, which pairs it with its rollback. */
function numberOf(path: unknown): string | undefined {
  return typeof path === 'string' ? /^[A-Za-z]*0*(\d+)/.exec(baseName(path))?.[1] : undefined;
}
