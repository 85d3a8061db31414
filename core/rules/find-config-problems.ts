import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { ConfigParts } from '../read/config-parts.ts';
import { duplicateGroup } from './c001-duplicate-group.ts';
import { fileInTwoGroups } from './c004-file-in-two-groups.ts';
import { undeclaredVariable } from './c005-undeclared-variable.ts';
import { idleGroup } from './c006-idle-group.ts';
import { literalCredential } from './c009-literal-credential.ts';
import { unquotedPlaceholder } from './c010-unquoted-placeholder.ts';
import { unknownGroup } from './c011-unknown-group.ts';
import { groupCycle } from './c012-group-cycle.ts';
import { placeholderMisuse } from './c013-placeholder.ts';
import { configPsqlGoesOn } from './c014-psql-goes-on.ts';
import { badExpression } from './c015-bad-expression.ts';
import { patternOutside } from './c016-pattern-outside.ts';
import type { ConfigRule } from './config-rule.ts';
import type { Facts } from './facts.ts';

/** Every rule for deploy configs; the only list of them. */
export const configRules: readonly ConfigRule[] = [
  duplicateGroup,
  fileInTwoGroups,
  undeclaredVariable,
  idleGroup,
  literalCredential,
  unquotedPlaceholder,
  unknownGroup,
  groupCycle,
  placeholderMisuse,
  configPsqlGoesOn,
  badExpression,
  patternOutside,
];

/** What all rules find. A rule that throws is a defect of ours and does not take the others with it. */
export function findConfigProblems(
  config: ConfigParts,
  facts: Facts,
  rules: readonly ConfigRule[] = configRules,
): readonly Problem[] {
  return rules.flatMap((rule) => {
    try {
      return rule.find(config, facts);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `Rule ${rule.code} failed and has judged nothing: ${reason}`;
      return [{ ...unplacedProblem('RULE_FAILED', message, 'warning'), file: config.file }];
    }
  });
}
