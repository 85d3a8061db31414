import { canonicalJson } from '../base/canonical-json.ts';
import type { Digest } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import type { Hasher } from '../ports/hasher.ts';

/**
 * SHA-256 over canonical JSON of what the plan would do: operations and edges, scope, target, connection without secrets, script
 * checksums and the approval rule. No times, absolute paths, run ids, or anything observed. Spec: rulings, "Digest and base".
 */
export function planDigest(plan: Omit<Plan, 'digest' | 'base'>, hasher: Hasher): Digest {
  const { project, target, connection, scope, approval, operations, source, purpose, transaction, migrations } = plan;
  const { environment, continuesAfter, connections } = plan;
  return hasher.sha256(
    canonicalJson({
      v: 1,
      planId: source.planId,
      project,
      target,
      // Absent in a plan that SQL does not belong to.
      ...(connection && { connection }),
      ...(connections && { connections }),
      scope,
      approval,
      operations,
      ...(purpose && { purpose }),
      ...(transaction && { transaction }),
      ...(migrations && { migrations }),
      ...(environment && { environment }),
      ...(continuesAfter && { continuesAfter }),
    }),
  );
}
