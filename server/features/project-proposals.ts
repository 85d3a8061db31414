import { CompletionItemKind } from 'vscode-languageserver/node';
import { type Connection, type JsonPath, nodeAt, planPartsOf } from '../../core/index.ts';
import type { Around } from '../around.ts';
import type { OpenDocument } from '../open-document.ts';
import { configProposals } from './config-proposals.ts';
import { type Proposal, wordProposal } from './proposal.ts';
import { scriptProposals } from './script-proposals.ts';

/** What the project has to offer for the value at a path: scripts, connections, targets. */
export function projectProposals(
  document: OpenDocument,
  path: JsonPath,
  around: Pick<Around, 'plansNaming'>,
): readonly Proposal[] {
  const [section, , key] = path;
  const last = path.at(-1);
  if (document.kind === 'config') return configProposals(document, path);
  if (section === 'steps' && key === 'depends_on') return stepProposals(document, path);
  if (section === 'steps' && (last === 'script' || last === 'rollback'))
    return scriptProposals(document, path, last, around.plansNaming);
  if (section !== 'target_env') return [];
  if (last === 'connection_ref') return connectionProposals(document);
  return last === 'id' ? targetProposals(document) : [];
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
