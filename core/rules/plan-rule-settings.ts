import type { Problem } from '../model/problem.ts';
import type { RuleSettings } from '../model/rule-settings.ts';
import type { PlanParts } from '../read/plan-parts.ts';
import { isSuppressed, severityBy } from './rule-settings.ts';

/** Rules of plan documents that say why a plan cannot run: the engine relies on them, and no setting changes them. */
export const fixedRules: readonly string[] = ['P001', 'P002', 'P016', 'P019', 'P020', 'P021', 'P023'];

/** Problems of plan rules as the deploy config wants them: other severities, some switched off, some accepted. */
export function settledProblems(
  problems: readonly Problem[],
  plan: PlanParts,
  settings: RuleSettings,
): readonly Problem[] {
  if (settings.severities.size === 0 && settings.suppress.length === 0) return problems;
  return problems.flatMap((problem) => {
    if (fixedRules.includes(problem.code)) return [problem];
    const severity = severityBy(problem, problem.severity, settings);
    const ids = idsAround(problem, plan);
    return severity === 'off' || isSuppressed(problem, { file: plan.file, ids }, settings)
      ? []
      : [{ ...problem, severity }];
  });
}

/** Ids of the checks and steps that a problem stands in. */
function idsAround({ range }: Problem, plan: PlanParts): readonly string[] {
  if (!range) return [];
  const { line, column } = range.start;
  return plan.operations.flatMap(({ id, place }) => {
    const { start, end } = place.range;
    const isBehindStart = start.line < line || (start.line === line && start.column <= column);
    const isBeforeEnd = line < end.line || (line === end.line && column < end.column);
    return id && isBehindStart && isBeforeEnd ? [id.value] : [];
  });
}
