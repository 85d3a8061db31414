import { type Connection, dialectOf } from '../model/connection.ts';
import type { DeployConfig } from '../model/deploy-config.ts';
import type { TargetId } from '../model/ids.ts';
import type { ApprovalRule } from '../model/plan.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import { type Located, type Problem, unplacedProblem } from '../model/problem.ts';
import type { Target } from '../model/target.ts';

export type ResolvedTarget =
  | {
      readonly type: 'resolved';
      readonly target: Target;
      /** Undefined for a target without one, where the document has nothing to do with a database. */
      readonly connection: Connection | undefined;
      readonly approval: ApprovalRule;
      /** The target's variables, for placeholders. */
      readonly variables: Readonly<Record<string, string>>;
    }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] };

/**
 * The target of a plan document and its connection: the document's own, or the config's target that was asked for. An unknown target
 * is an error that lists the known ones, never a default. Spec: rulings, "No config"; contract of the command line, `--target`.
 */
export function resolveTarget(
  document: PlanDocument,
  config: DeployConfig | undefined,
  asked: TargetId | undefined,
): ResolvedTarget {
  const own = document.targetEnv;
  const isOwn = asked === undefined || asked === own.id.value;
  const configured = config?.targets.get(asked ?? own.id.value)?.value;
  if (!isOwn && !configured) return { type: 'refused', problems: [unknownTarget(asked, document, config)] };

  const target = isOwn || !configured ? ownTarget(document, configured) : plainTarget(configured);
  const found = connectionFor(target, document, config, isOwn);
  if (found.type === 'refused') return found;
  return {
    type: 'resolved',
    target,
    connection: found.connection,
    approval: {
      required: document.approvalRequired,
      minApprovals: configured?.minApprovals ?? 1,
      selfApproval: configured?.selfApproval ?? true,
    },
    variables: configured?.variables ?? {},
  };
}

function connectionFor(
  target: Target,
  document: PlanDocument,
  config: DeployConfig | undefined,
  isOwn: boolean,
):
  | { readonly type: 'found'; readonly connection: Connection | undefined }
  | Extract<ResolvedTarget, { type: 'refused' }> {
  const ref = target.connectionRef || undefined;
  if (ref === undefined && !needsDatabase(document)) return { type: 'found', connection: undefined };
  if (ref === undefined) return { type: 'refused', problems: [withoutConnection(target.id, config)] };
  const connection = config?.connections.get(ref)?.value;
  const place = isOwn ? document.targetEnv.connectionRef : undefined;
  if (!connection) return { type: 'refused', problems: [unknownConnection(ref, document.file, config, place)] };
  const problems = backendProblems(connection, isOwn ? document : undefined);
  return problems.length > 0 ? { type: 'refused', problems } : { type: 'found', connection };
}

/** True for a document that has SQL run on the target's own connection, or looks at its database. */
const needsDatabase = ({ preChecks, steps, postChecks }: PlanDocument): boolean =>
  [...preChecks, ...postChecks].some(({ type }) => type !== 'disk_space') ||
  steps.some((step) => {
    if (step.type === 'migration') return step.via === undefined;
    return step.type === 'command' ? step.verify?.type === 'sql' : step.type !== 'pause';
  });

function ownTarget(document: PlanDocument, configured: Target | undefined): Target {
  const own = document.targetEnv;
  return {
    id: own.id.value,
    name: own.name,
    kind: configured?.kind,
    type: configured?.type,
    provider: configured?.provider,
    host: configured?.host,
    region: configured?.region,
    connectionRef: own.connectionRef.value,
  };
}

/** The target alone, without what the config says beside it: that is part of the plan only as far as the plan uses it. */
const plainTarget = ({ id, name, kind, type, provider, host, region, connectionRef }: Target): Target => ({
  id,
  name,
  kind,
  type,
  provider,
  host,
  region,
  connectionRef,
});

function unknownTarget(asked: TargetId, document: PlanDocument, config: DeployConfig | undefined): Problem {
  const known = [...new Set([document.targetEnv.id.value, ...(config?.targets.keys() ?? [])])].filter(
    (id) => id !== '',
  );
  return unplacedProblem('UNKNOWN_TARGET', `There is no target "${asked}". Known targets: ${known.join(', ')}.`);
}

function unknownConnection(
  ref: string,
  file: string,
  config: DeployConfig | undefined,
  place: Located<string> | undefined,
): Problem {
  const known = [...(config?.connections.keys() ?? [])];
  const next = config
    ? known.length > 0
      ? `${config.file} has: ${known.join(', ')}.`
      : `${config.file} has no "connections" yet; add one of that name.`
    : 'The project has no deploy-config.json; create one with a "connections" section.';
  const problem = unplacedProblem('UNKNOWN_CONNECTION', `There is no connection "${ref}". ${next}`);
  return place ? { ...problem, file, range: place.range } : problem;
}

function withoutConnection(id: TargetId, config: DeployConfig | undefined): Problem {
  const message = `The target "${id}" has no "connection_ref", and migrations need one. Add it in ${config?.file ?? 'a deploy-config.json'}, or give the group a "deploy_command".`;
  return unplacedProblem('CONNECTION_MISSING', message);
}

function backendProblems(connection: Connection, document: PlanDocument | undefined): Problem[] {
  const own = document?.targetEnv.backend;
  const fits = own && ['scratchbird', connection.backend, dialectOf(connection)].includes(own.value);
  if (document && own && !fits) {
    const message = `The plan is for ${own.value}, but the connection "${connection.ref}" is ${connection.backend}. Change "backend", or name another connection.`;
    return [{ ...unplacedProblem('BACKEND_MISMATCH', message), file: document.file, range: own.range }];
  }
  return unspokenBackend(connection);
}

/** A backend that nothing speaks to. */
export function unspokenBackend(connection: Connection): Problem[] {
  if (dialectOf(connection) !== 'scratchbird') return [];
  const message = `The connection "${connection.ref}" is scratchbird, whose own protocol has no published driver. Say which emulation it is reached through: "protocol": "postgresql", "mysql" or "firebird".`;
  return [unplacedProblem('BACKEND_UNSUPPORTED', message)];
}
