import { CompletionItemKind } from 'vscode-languageserver/node';
import { type Connection, itemsOf, type JsonPath, nodeAt, planPartsOf, propertyOf } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
import { configProposals } from './config-proposals.ts';
import { type Proposal, wordProposal } from './proposal.ts';

/** What the project has to offer for the value at a path: scripts, connections, targets. */
export function projectProposals(document: OpenDocument, path: JsonPath): readonly Proposal[] {
  const [section, , key] = path;
  const last = path.at(-1);
  if (document.kind === 'config') return configProposals(document, path);
  if (section === 'steps' && key === 'depends_on') return stepProposals(document, path);
  if (section === 'steps' && (last === 'script' || last === 'rollback')) return scriptProposals(document, path, last);
  if (section !== 'target_env') return [];
  if (last === 'connection_ref') return connectionProposals(document);
  return last === 'id' ? targetProposals(document) : [];
}

/** Script paths: of a rollback its pair first, then what the plan does not use yet, then the rest. */
function scriptProposals(document: OpenDocument, path: JsonPath, key: 'script' | 'rollback'): readonly Proposal[] {
  const scripts = document.project?.facts.scripts() ?? [];
  const step = nodeAt(document.source.root, path.slice(0, -1));
  const used = usedScripts(document);
  const partner = numberOf(propertyOf(step, key === 'script' ? 'rollback' : 'script')?.value.value);
  const rank = (script: string) => {
    if (partner !== undefined && numberOf(script) === partner && isRollback(script) === (key === 'rollback')) return 0;
    if (used.has(script)) return 3;
    return isRollback(script) === (key === 'rollback') ? 1 : 2;
  };
  const files = scripts
    .map((script, index) => ({ script, index, rank: rank(script) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ script }) =>
      wordProposal(script, {
        kind: CompletionItemKind.File,
        detail: used.has(script) ? 'used in this plan' : undefined,
      }),
    );
  const none = wordProposal('none', { detail: 'There is no way back', kind: CompletionItemKind.Keyword });
  return key === 'rollback' ? [...files, none] : files;
}

function usedScripts({ source: { root } }: OpenDocument): ReadonlySet<unknown> {
  const steps = itemsOf(propertyOf(root, 'steps')?.value);
  return new Set(steps.flatMap((step) => ['script', 'rollback'].map((key) => propertyOf(step, key)?.value.value)));
}

/** The other steps of the plan that the step does not depend on yet. */
function stepProposals(document: OpenDocument, path: JsonPath): readonly Proposal[] {
  const steps = planPartsOf(document.source).operations.filter(({ phase }) => phase === 'step');
  const own = steps[Number(path[1])];
  const taken = new Set([own?.id?.value, ...(own?.dependsOn ?? []).map(({ value }) => value)]);
  return steps.flatMap(({ id, name }) =>
    id && !taken.has(id.value)
      ? [wordProposal(id.value, { kind: CompletionItemKind.Reference, detail: name?.value })]
      : [],
  );
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const isRollback = (path: string): boolean => /^(R\d|U\d)/.test(baseName(path)) || /\.down\.sql$|rollback/i.test(path);

/** The number in a script's name, which pairs it with its rollback. */
function numberOf(path: unknown): string | undefined {
  return typeof path === 'string' ? /^[A-Za-z]*0*(\d+)/.exec(baseName(path))?.[1] : undefined;
}

/** Connections of the deploy config, those of the plan's backend first. */
function connectionProposals({ project, source }: OpenDocument): readonly Proposal[] {
  const connections = [...(project?.config()?.connections.values() ?? [])].map(({ value }) => value);
  const backend: unknown = nodeAt(source.root, ['target_env', 'backend'])?.value;
  const fits = (connection: Connection) => Number(connection.backend !== backend);
  return connections
    .sort((a, b) => fits(a) - fits(b))
    .map((connection) =>
      wordProposal(connection.ref, { kind: CompletionItemKind.Reference, detail: describeConnection(connection) }),
    );
}

const describeConnection = (connection: Connection): string =>
  connection.backend === 'sqlite'
    ? `sqlite · ${connection.file}`
    : `${connection.backend}${connection.protocol === undefined ? '' : ` (${connection.protocol})`} · ${connection.host}:${connection.port}/${connection.database}`;

const targetProposals = ({ project }: OpenDocument): readonly Proposal[] =>
  [...(project?.config()?.targets.values() ?? [])].map(({ value }) =>
    wordProposal(value.id, {
      kind: CompletionItemKind.Reference,
      detail: [value.name, value.kind].filter(Boolean).join(' · '),
    }),
  );
