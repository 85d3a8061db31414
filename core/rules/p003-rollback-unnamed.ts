import { migrationName } from '../read/migration-name.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Facts } from './facts.ts';
import type { Rule } from './rule.ts';

/** A migration without a rollback, beside whose script the one stands that belongs to it. */
export const rollbackUnnamed: Rule = {
  code: 'P003',
  find({ file, operations }, facts) {
    let known: ReadonlyMap<string, readonly string[]> | undefined;
    return operations.flatMap(({ type, script, rollback }) => {
      if (type?.value !== 'migration' || !script || rollback) return [];
      const own = pairOf(script.value, 'versioned');
      if (own === undefined) return [];
      known ??= rollbacksIn(facts);
      const [only, ...others] = known.get(own) ?? [];
      if (only === undefined || others.length > 0) return [];
      const message = `The rollback "${only}" belongs to this script, and the step does not name it: nothing takes it back. Name it, or write "none".`;
      const { end } = script.range;
      const edits = [{ range: { start: end, end }, text: `, "rollback": ${JSON.stringify(only)}` }];
      const fixes = [{ title: `Name "${only}"`, edits }];
      return [problemAt({ file, range: script.range }, 'P003', message, { severity: 'hint', fixes })];
    });
  },
};

/** The project's rollbacks by what pairs them with their scripts. */
function rollbacksIn(facts: Facts): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const path of facts.scripts()) {
    const pair = pairOf(path, 'rollback');
    if (pair !== undefined) found.set(pair, [...(found.get(pair) ?? []), path]);
  }
  return found;
}

/** Folder and version, as it is compared: `0002` is 2, and `1.0` is 1. */
function pairOf(path: string, kind: 'versioned' | 'rollback'): string | undefined {
  const name = migrationName(path);
  if (name.kind !== kind || name.version === undefined) return undefined;
  const numbers = name.version.split('.').map((number) => number.replace(/^0+(?=\d)/, ''));
  while (numbers.length > 1 && numbers.at(-1) === '0') numbers.pop();
  return `${path.slice(0, path.lastIndexOf('/') + 1)} ${numbers.join('.')}`;
}
