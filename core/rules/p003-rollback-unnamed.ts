import { migrationName } from '../read/migration-name.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Facts } from './facts.ts';
import type { Rule } from './rule.ts';

/** A migration without a rollback, beside whose script the one stands that belongs to it. */
export const rollbackUnnamed: Rule = {
  code: 'P003',
  find({ file, operations }, facts) {
    let known: Pairs | undefined;
    return operations.flatMap(({ type, script, rollback }) => {
      if (type?.value !== 'migration' || !script || rollback) return [];
      const own = pairOf(script.value, 'versioned');
      if (own === undefined) return [];
      known ??= pairsIn(facts);
      const { migrations = [], rollbacks = [] } = known.get(own) ?? {};
      const [only, ...others] = rollbacks;
      // Of two migrations with one version nobody knows here whose it is; a script that is not there is told as that.
      if (only === undefined || others.length > 0 || migrations.length > 1) return [];
      if (facts.scriptAt(script.value) === 'missing') return [];
      const message = `The rollback "${only}" belongs to this script, and the step does not name it: nothing takes it back. Name it, or write "none".`;
      const { end } = script.range;
      const edits = [{ range: { start: end, end }, text: `, "rollback": ${JSON.stringify(only)}` }];
      const fixes = [{ title: `Name "${only}"`, edits }];
      return [problemAt({ file, range: script.range }, 'P003', message, { severity: 'hint', fixes })];
    });
  },
};

type Pairs = ReadonlyMap<string, { readonly migrations: string[]; readonly rollbacks: string[] }>;

/** The project's migrations and rollbacks by what pairs them. */
function pairsIn(facts: Facts): Pairs {
  const found = new Map<string, { readonly migrations: string[]; readonly rollbacks: string[] }>();
  for (const path of facts.scripts()) {
    const rollback = pairOf(path, 'rollback');
    const pair = rollback ?? pairOf(path, 'versioned');
    if (pair === undefined) continue;
    const known = found.get(pair) ?? { migrations: [], rollbacks: [] };
    (rollback === undefined ? known.migrations : known.rollbacks).push(path);
    found.set(pair, known);
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
