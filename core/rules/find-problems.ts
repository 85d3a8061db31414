import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { PlanParts } from '../read/plan-parts.ts';
import type { Facts } from './facts.ts';
import { duplicateId } from './p001-duplicate-id.ts';
import { scriptMissing } from './p002-script-missing.ts';
import { rollbackUnnamed } from './p003-rollback-unnamed.ts';
import { rollbackNumber } from './p004-rollback-number.ts';
import { notAscending } from './p005-not-ascending.ts';
import { sameScript } from './p006-same-script.ts';
import { unknownConnection } from './p008-unknown-connection.ts';
import { productionUnapproved } from './p009-production-unapproved.ts';
import { waitsPastTimeout } from './p010-waits-past-timeout.ts';
import { samePlanId } from './p014-same-plan-id.ts';
import { uuidAndDate } from './p015-uuid-and-date.ts';
import { pathOutsideProject } from './p016-path-outside-project.ts';
import { newerVersion } from './p019-newer-version.ts';
import { unknownDependency } from './p020-unknown-dependency.ts';
import { dependencyCycle } from './p021-dependency-cycle.ts';
import { psqlGoesOn } from './p022-psql-goes-on.ts';
import { badPattern } from './p023-bad-pattern.ts';
import { foreignCatalogue } from './p024-foreign-catalogue.ts';
import type { Rule } from './rule.ts';

/** Every rule for plan documents; the only list of them. */
export const planRules: readonly Rule[] = [
  duplicateId,
  scriptMissing,
  rollbackUnnamed,
  rollbackNumber,
  notAscending,
  sameScript,
  unknownConnection,
  productionUnapproved,
  waitsPastTimeout,
  samePlanId,
  uuidAndDate,
  pathOutsideProject,
  newerVersion,
  unknownDependency,
  dependencyCycle,
  psqlGoesOn,
  badPattern,
  foreignCatalogue,
];

/**
 * What all rules find. A rule that throws is a defect of ours and does not take the others with it: it becomes a warning
 * `RULE_FAILED` without a place, which the command line shows and the language server logs.
 */
export function findProblems(plan: PlanParts, facts: Facts, rules: readonly Rule[] = planRules): readonly Problem[] {
  return rules.flatMap((rule) => {
    try {
      return rule.find(plan, facts);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `Rule ${rule.code} failed and has judged nothing: ${reason}`;
      return [{ ...unplacedProblem('RULE_FAILED', message, 'warning'), file: plan.file }];
    }
  });
}
