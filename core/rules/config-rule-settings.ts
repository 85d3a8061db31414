import type { Problem } from '../model/problem.ts';
import type { RuleSettings } from '../model/rule-settings.ts';
import { nearestWord } from '../read/nearest-word.ts';
import { problemAt } from '../read/problem-at.ts';
import { removeCommentFix } from '../read/remove-comment.ts';
import type { Source } from '../read/source.ts';
import { type ConfigAllowance, configAllowances } from './config-allowances.ts';
import { isSuppressed, severityBy } from './rule-settings.ts';

/** Rules of deploy configs that say why nothing can be planned from it: no setting and no comment changes them. */
export const fixedConfigRules: readonly string[] = ['C001', 'C011', 'C012', 'C013', 'C015', 'C016'];

/**
 * Problems of config rules as the config itself wants them: other severities, some switched off, some accepted by an entry or by a comment; and what is
 * wrong with the comments. `codes` are those of all rules.
 */
export function settledConfigProblems(
  problems: readonly Problem[],
  source: Source,
  { settings, codes }: { readonly settings: RuleSettings; readonly codes: readonly string[] },
): readonly Problem[] {
  const allowances = configAllowances(source);
  const used = new Set<ConfigAllowance>();
  const settled = problems.flatMap((problem) => {
    if (fixedConfigRules.includes(problem.code)) return [problem];
    const severity = severityBy(problem, problem.severity, settings);
    if (severity === 'off' || isSuppressed(problem, { file: source.file, ids: [] }, settings)) return [];
    const allowing = allowances.filter((one) => allows(one, problem, source));
    for (const one of allowing) used.add(one);
    return allowing.length > 0 ? [] : [{ ...problem, severity }];
  });
  return [...settled, ...allowances.flatMap((one) => whatIsWrong(one, source, { used, codes }))];
}

function allows({ rule, reason, from, to }: ConfigAllowance, { code, range }: Problem, { lines }: Source): boolean {
  if (!range || rule !== code || reason === '') return false;
  const at = lines.offsetAt(range.start);
  return from <= at && at <= to;
}

function whatIsWrong(
  allowance: ConfigAllowance,
  source: Source,
  { used, codes }: { readonly used: ReadonlySet<ConfigAllowance>; readonly codes: readonly string[] },
): Problem[] {
  const { rule, reason, start, end } = allowance;
  const at = { file: source.file, range: source.lines.range(start, end) };
  const unsound = (message: string) => [problemAt(at, 'C018', message, { severity: 'warning' })];
  if (!codes.includes(rule)) {
    const near = nearestWord(rule, codes);
    const next =
      near === undefined ? 'Write the code of a rule for deploy configs, such as C009.' : `Did you mean ${near}?`;
    return unsound(
      rule === '' ? `This comment names no rule. ${next}` : `There is no rule ${rule} for deploy configs. ${next}`,
    );
  }
  if (fixedConfigRules.includes(rule))
    return unsound(`${rule} says why nothing can be planned: no comment changes it. Mend what it finds.`);
  if (reason === '')
    return unsound(
      `This comment allows ${rule} without saying why, and has no effect. Write the reason behind the code.`,
    );
  if (used.has(allowance)) return [];
  const message = `This comment allows ${rule}, which finds nothing here. Remove it.`;
  return [problemAt(at, 'C017', message, { severity: 'hint', fixes: [removeCommentFix(source, start, end)] })];
}
