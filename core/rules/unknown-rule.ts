import type { Problem } from '../model/problem.ts';
import { itemsOf, propertiesOf, propertyOf } from '../read/json-nodes.ts';
import { nearestWord } from '../read/nearest-word.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import { type JsonNode, rangeOf, type Source } from '../read/source.ts';
import { fixedConfigRules } from './config-rule-settings.ts';
import { dangerNames, isDangerRule } from './danger-names.ts';
import { configRules } from './find-config-problems.ts';
import { planRules } from './find-problems.ts';
import { fixedRules } from './plan-rule-settings.ts';

/** Names in the section `rules` of a deploy config that are no rule's, or a rule's that no setting changes. */
export function unknownRules(source: Source): readonly Problem[] {
  const rules = propertyOf(source.root, 'rules')?.value;
  const severities = propertiesOf(rules).flatMap(({ key }) => (key.value === 'suppress' ? [] : [key]));
  const codes = itemsOf(propertyOf(rules, 'suppress')?.value).flatMap((item) => propertyOf(item, 'code')?.value ?? []);
  return [...severities, ...codes].flatMap((node) => problemOf(source, node));
}

const codes = [...planRules, ...configRules].map(({ code }) => code);
const fixed = [...fixedRules, ...fixedConfigRules];

function problemOf(source: Source, node: JsonNode): Problem[] {
  if (typeof node.value !== 'string') return [];
  const name = node.value;
  const range = rangeOf(source, node);
  const at = { file: source.file, range };
  if (fixed.includes(name)) {
    const message = `${name} says why a plan cannot ${fixedRules.includes(name) ? 'run' : 'be made'}: no setting changes it. Remove this entry.`;
    return [problemAt(at, 'RULE_FIXED', message, { severity: 'warning' })];
  }
  if (isDangerRule(name) || codes.includes(name)) return [];
  const known = [...codes, ...Object.keys(dangerNames), ...Object.values(dangerNames)];
  const near = nearestWord(name, known);
  const next = near === undefined ? 'The reference of rules lists them.' : `Did you mean "${near}"?`;
  const fixes = near === undefined ? [] : [replaceFix(`Change to "${near}"`, range, JSON.stringify(near))];
  return [problemAt(at, 'UNKNOWN_RULE', `There is no rule "${name}". ${next}`, { severity: 'warning', fixes })];
}
