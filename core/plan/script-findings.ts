import type { Plan } from '../model/plan.ts';
import { isError, type Problem } from '../model/problem.ts';
import { migrationsOf, type standingsByOperation } from './migration-states.ts';

/**
 * The findings of a folder's plan as its target stands: what is wrong with a script that is applied already and will not be run is an
 * information.
 */
export function findingsAsApplied(
  plan: Pick<Plan, 'operations'>,
  findings: readonly Problem[],
  standings: ReturnType<typeof standingsByOperation>,
): readonly Problem[] {
  const [applied, others] = [new Set<string>(), new Set<string>()];
  for (const { id, script } of migrationsOf(plan)) {
    const files = standings.get(id)?.state === 'applied' ? applied : others;
    for (const { path } of [script, ...(script.includes ?? [])]) files.add(path);
  }
  return findings.map((finding) => {
    const { file } = finding;
    if (!isError(finding) || file === undefined || !applied.has(file) || others.has(file)) return finding;
    return { ...finding, severity: 'information', message: `${finding.message} It is applied already and is not run.` };
  });
}
