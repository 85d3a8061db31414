import type { Located, Problem } from '../model/problem.ts';
import { nearestWord } from '../read/nearest-word.ts';
import type { OperationPart, PlanParts } from '../read/plan-parts.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A `depends_on` that names no step of the plan. */
export const unknownDependency: Rule = {
  code: 'P020',
  find: (plan) =>
    plan.operations.flatMap((operation) =>
      operation.phase === 'step' ? (operation.dependsOn ?? []).flatMap((on) => problemOf(on, operation, plan)) : [],
    ),
};

function problemOf(on: Located<string>, step: OperationPart, { file, operations }: PlanParts): readonly Problem[] {
  const at = { file, range: on.range };
  const named = operations.find(({ id }) => id?.value === on.value);
  if (named && named.phase !== 'step') {
    const message = `"${on.value}" is a check. Checks before the steps are waited for anyhow, and checks after them wait for the steps. Remove it.`;
    return [problemAt(at, 'P020', message)];
  }
  if (named) return [];
  const steps = operations.filter(({ phase, id }) => phase === 'step' && id && id.value !== step.id?.value);
  const ids = steps.flatMap(({ id }) => (id ? [id.value] : []));
  const near = nearestWord(on.value, ids);
  const next = near === undefined ? `Steps: ${ids.join(', ') || 'none'}.` : `Did you mean "${near}"?`;
  const fixes = near === undefined ? [] : [replaceFix(`Change to "${near}"`, on.range, JSON.stringify(near))];
  return [problemAt(at, 'P020', `There is no step "${on.value}" to depend on. ${next}`, { fixes })];
}
