import type { ConfigGroup } from '../model/deploy-group.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import { nearestWord } from '../read/nearest-word.ts';

/** Which groups of a config a person wants; both empty: all of it. */
export interface GroupScope {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export interface SelectedGroups {
  readonly groups: readonly ConfigGroup[];
  /** Their names, in the order of the config; empty where nothing was chosen. Part of the digest. Spec: rulings, "Apply, in this order". */
  readonly scope: readonly string[];
  readonly problems: readonly Problem[];
}

/** The groups that were chosen; a name that no group has is an error. */
export function selectGroups(all: readonly ConfigGroup[], { only, skip }: GroupScope): SelectedGroups {
  const names = all.map(({ name }) => name.value);
  const unknown = [...new Set([...only, ...skip])].filter((name) => !names.includes(name));
  const groups = all.filter(
    ({ name }) => (only.length === 0 || only.includes(name.value)) && !skip.includes(name.value),
  );
  const isWhole = only.length === 0 && skip.length === 0;
  const none = unknown.length === 0 && !isWhole && groups.length === 0 ? [nothingLeft] : [];
  return {
    groups,
    scope: isWhole ? [] : groups.map(({ name }) => name.value),
    problems: [...unknown.map((name) => unknownGroup(name, names)), ...none],
  };
}

const nothingLeft = unplacedProblem(
  'NO_GROUPS',
  'No group is left of what was chosen. Leave out --skip-group, or choose another group.',
);

function unknownGroup(name: string, names: readonly string[]): Problem {
  const near = nearestWord(name, names);
  const next = near === undefined ? `Groups: ${names.join(', ') || 'none'}.` : `Did you mean "${near}"?`;
  return unplacedProblem('UNKNOWN_GROUP', `There is no group "${name}". ${next}`);
}
