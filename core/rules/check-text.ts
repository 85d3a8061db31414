import type { DeployConfig } from '../model/deploy-config.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import { noRuleSettings } from '../model/rule-settings.ts';
import { configPartsOf } from '../read/config-parts.ts';
import { planPartsOf } from '../read/plan-parts.ts';
import { deployConfigOf } from '../read/read-deploy-config.ts';
import { planDocumentOf, planFormProblems } from '../read/read-plan-document.ts';
import { readSource, type Source } from '../read/source.ts';
import { settledConfigProblems } from './config-rule-settings.ts';
import { type Facts, noFacts } from './facts.ts';
import { configRules, findConfigProblems } from './find-config-problems.ts';
import { findProblems } from './find-problems.ts';
import { settledProblems } from './plan-rule-settings.ts';
import { unknownConnections } from './unknown-connection.ts';
import { unknownRules } from './unknown-rule.ts';

/** A plan document and everything that is wrong with it, in the order of the text. */
export interface CheckedPlan {
  /** Undefined where its form is wrong. It may be there although a rule found an error: ask `problems` before acting on it. */
  readonly document: PlanDocument | undefined;
  readonly problems: readonly Problem[];
}

/** The one verdict on a plan document, for the editor, `srdeploy validate` and the runner: syntax, schema and rules. */
export const checkPlanText = (file: string, text: string, facts: Facts): CheckedPlan =>
  checkPlanSource(readSource(file, text, 'json'), facts);

/** As `checkPlanText`, from a text that is parsed already. */
export function checkPlanSource(source: Source, facts: Facts): CheckedPlan {
  const { document, problems } = planDocumentOf(source);
  return { document, problems: inOrder([...problems, ...ruleProblems(source, facts)]) };
}

/** The problems of `checkPlanSource` for whom the document itself is of no use, such as an editor at every keystroke. */
export const planProblems = (source: Source, facts: Facts): readonly Problem[] =>
  inOrder([...planFormProblems(source), ...ruleProblems(source, facts)]);

/** Of a text that does not parse, what rules would see is a guess. */
function ruleProblems(source: Source, facts: Facts): readonly Problem[] {
  if (source.problems.length > 0) return [];
  const plan = planPartsOf(source);
  return settledProblems(findProblems(plan, facts), plan, facts.rules?.() ?? noRuleSettings);
}

/** A deploy config and everything that is wrong with it, in the order of the text. */
export interface CheckedConfig {
  readonly config: DeployConfig | undefined;
  readonly problems: readonly Problem[];
}

/** The one verdict on a deploy config: syntax, schema and rules. */
export const checkConfigText = (file: string, text: string, facts: Facts = noFacts): CheckedConfig =>
  checkConfigSource(readSource(file, text, 'jsonc'), facts);

/** As `checkConfigText`, from a text that is parsed already. */
export function checkConfigSource(source: Source, facts: Facts = noFacts): CheckedConfig {
  const { config, problems } = deployConfigOf(source);
  if (source.problems.length > 0) return { config, problems: inOrder(problems) };
  const settings = config?.rules ?? noRuleSettings;
  const codes = configRules.map(({ code }) => code);
  const found = settledConfigProblems(findConfigProblems(configPartsOf(source), facts), source, { settings, codes });
  const form = withFixes(problems, unknownRules(source));
  return { config, problems: inOrder([...form, ...unknownConnections(source), ...found]) };
}

/** What is wrong in its form is told once; the fixes of what else was found at the same place stand with it. */
function withFixes(form: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  const placeOf = ({ range }: Problem) => JSON.stringify(range);
  const told = new Set(form.map(placeOf));
  const joined = form.map((problem) => {
    const same = more.filter((one) => placeOf(one) === placeOf(problem));
    return same.length === 0
      ? problem
      : { ...problem, fixes: [...problem.fixes, ...same.flatMap(({ fixes }) => fixes)] };
  });
  return [...joined, ...more.filter((one) => !told.has(placeOf(one)))];
}

/** Sorted by place, the ones without a place first; the same finding at the same place once. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const once = new Map(
    problems.map((problem) => [JSON.stringify([problem.code, problem.range, problem.message]), problem]),
  );
  return [...once.values()].sort((a, b) => {
    const [first, second] = [a.range?.start, b.range?.start];
    return (first?.line ?? 0) - (second?.line ?? 0) || (first?.column ?? 0) - (second?.column ?? 0);
  });
}
