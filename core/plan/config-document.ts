import type { DeployConfig } from '../model/deploy-config.ts';
import type { ConfigDatabase, ConfigGroup } from '../model/deploy-group.ts';
import { type OperationId, operationId, targetId } from '../model/ids.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import type { ConfigRequest } from './config-request.ts';
import { type ConfigStep, endsOf, inTurn, nowhere, type StepMore } from './config-steps.ts';
import { groupSteps } from './group-steps.ts';
import { ownConnection, placeOfDatabase, placeOfGroup } from './migration-place.ts';
import { migrationSteps } from './migration-steps.ts';
import { orderGroups } from './order-groups.ts';
import { sameSteps } from './same-steps.ts';
import { scriptStep } from './script-step.ts';
import type { SelectedGroups } from './select-groups.ts';

/** A config in the form of a plan document, so that both are compiled by the same hands, and what a document would not say. */
export interface LinkedConfig {
  readonly document: PlanDocument;
  readonly more: ReadonlyMap<OperationId, StepMore>;
  /** The steps that no other waits for: what comes at the very end waits for them. */
  readonly ends: readonly string[];
  /** In the order that they run in. */
  readonly groups: readonly ConfigGroup[];
  /** Groups none of whose patterns matches a file: there is nothing to do in them. */
  readonly idle: readonly string[];
  readonly scope: readonly string[];
  readonly problems: readonly Problem[];
}

/** `pre_deploy` migrations by database → groups → `post_deploy` migrations, with complete edges. Spec: rulings, "Order". */
export function configDocument(request: ConfigRequest, chosen: SelectedGroups): LinkedConfig {
  const { config } = request;
  const isWhole = chosen.scope.length === 0;
  const databases = isWhole ? (config?.databases ?? []) : [];
  const before = databaseSteps('pre_deploy', databases, [], request);
  const linked = linkedGroups(chosen.groups, ends(before, []), request);
  const script = isWhole && (config?.groups.length ?? 0) === 0 && request.hasScript ? [scriptStep(request.target)] : [];
  const middle = [...linked.steps, ...inTurn(script, ends(before, []))];
  const middleEnds = script.length > 0 ? endsOf(middle) : linked.ends;
  const after = databaseSteps('post_deploy', databases, middleEnds, request);
  const steps = [...before.steps, ...middle, ...after.steps];
  return {
    document: documentWith(steps, request),
    more: new Map(steps.map(({ source, more }) => [operationId(source.id.value), more])),
    ends: ends(after, middleEnds),
    groups: linked.groups,
    idle: linked.idle,
    scope: chosen.scope,
    problems: [
      ...chosen.problems,
      ...before.problems,
      ...linked.problems,
      ...after.problems,
      ...sameSteps(steps, config),
    ],
  };
}

interface Steps {
  readonly steps: readonly ConfigStep[];
  readonly problems: readonly Problem[];
}

const ends = ({ steps }: Steps, otherwise: readonly string[]): readonly string[] =>
  steps.length > 0 ? endsOf(steps) : otherwise;

function databaseSteps(
  strategy: ConfigDatabase['strategy'],
  databases: readonly ConfigDatabase[],
  first: readonly string[],
  { folders, config, target }: ConfigRequest,
): Steps {
  const parts = databases
    .filter((database) => database.strategy === strategy)
    .map((database) => {
      const { name } = database;
      const via = placeOfDatabase(database, ownConnection(config, target));
      return migrationSteps(folders.get(name) ?? [], { owner: name, timeoutSec: undefined, retry: undefined, via });
    });
  return {
    steps: inTurn(
      parts.flatMap(({ steps }) => steps),
      first,
    ),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

interface LinkedGroups extends Steps {
  readonly groups: readonly ConfigGroup[];
  readonly idle: readonly string[];
  readonly ends: readonly string[];
}

/** Each group waits for the ends of those that it waits for; one without steps hands on what it waited for. */
function linkedGroups(
  groups: readonly ConfigGroup[],
  first: readonly string[],
  { config, files, target }: ConfigRequest,
): LinkedGroups {
  const order = orderGroups(groups);
  // A rule tells the cycle with its path.
  if (order.type === 'cycle') return { steps: [], problems: [], groups: [], idle: [], ends: first };
  const optional = givenNames(config, target);
  const steps: ConfigStep[] = [];
  const problems: Problem[] = [];
  const idle: string[] = [];
  const endsBy = new Map<ConfigGroup, readonly string[]>();
  const waited = new Set<ConfigGroup>();
  for (const { group, waitsFor } of order.groups) {
    const own = files.get(group.name.value) ?? [];
    const via = placeOfGroup(group, ownConnection(config, target));
    const part = groupSteps({ file: config?.file ?? '', group, files: own, optional, via });
    const from = waitsFor.length === 0 ? first : [...new Set(waitsFor.flatMap((one) => endsBy.get(one) ?? []))];
    for (const one of waitsFor) waited.add(one);
    if (part.steps.length === 0 && part.problems.length === 0) idle.push(group.name.value);
    endsBy.set(group, part.steps.length === 0 ? from : endsOf(part.steps));
    steps.push(...inTurn(part.steps, from));
    problems.push(...part.problems);
  }
  const last = order.groups.flatMap(({ group }) => (waited.has(group) ? [] : (endsBy.get(group) ?? [])));
  return {
    steps,
    problems,
    idle,
    groups: order.groups.map(({ group }) => group),
    ends: last.length > 0 ? [...new Set(last)] : first,
  };
}

const givenNames = (config: DeployConfig | undefined, target: ConfigRequest['target']): readonly string[] => [
  ...new Set([
    ...(config?.environment.keys() ?? []),
    ...Object.keys((target === undefined ? undefined : config?.targets.get(target)?.value.environment) ?? {}),
  ]),
];

function documentWith(steps: readonly ConfigStep[], { config, configFile, target }: ConfigRequest): PlanDocument {
  const configured = target === undefined ? undefined : config?.targets.get(target)?.value;
  const file = configFile ?? 'deploy.sh';
  return {
    file,
    version: '1.1',
    planId: nowhere(file),
    name: `Deploy ${config?.project ?? 'the project'} to ${configured?.name ?? target ?? ''}`,
    targetEnv: {
      // No target has this id, so that the config's is the only one there can be; without a config there is nothing but the id.
      id: nowhere(config ? targetId('') : (target ?? targetId(''))),
      name: target ?? '',
      backend: nowhere('sqlite'),
      connectionRef: nowhere(''),
    },
    createdAt: '',
    createdBy: '',
    approvalRequired: configured?.approvalsAsked ?? false,
    preChecks: [],
    steps: steps.map(({ source }) => source),
    postChecks: [],
  };
}
