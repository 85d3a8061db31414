import type { Severity } from '../model/problem.ts';
import type { RuleSettings } from '../model/rule-settings.ts';

/** A rule as settings name it: by its code, and by its word where it has one. */
export interface NamedRule {
  readonly code: string;
  readonly id?: string;
}

/** The severity that a rule has by the settings: as it is, another one, or `off`. */
export function severityBy<S extends Severity>(
  rule: NamedRule,
  own: S | 'off',
  settings: RuleSettings,
): Severity | 'off' {
  const said = settings.severities.get(rule.code);
  return said ?? (rule.id === undefined ? undefined : settings.severities.get(rule.id)) ?? own;
}

/** True where a finding of a rule in a file was judged and accepted; `ids`: the operations, steps or checks that it belongs to. */
export const isSuppressed = (
  rule: NamedRule,
  at: { readonly file: string; readonly ids: readonly string[] },
  { suppress }: RuleSettings,
): boolean =>
  suppress.some(
    ({ code, file, id }) =>
      (code === rule.code || code === rule.id) &&
      (file === undefined || file === at.file) &&
      (id === undefined || at.ids.includes(id)),
  );
