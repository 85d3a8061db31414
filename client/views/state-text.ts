import { migrationName } from '../../core/index.ts';
import type { ScriptHistory } from '../ask-history.ts';
import { agoText } from './ago-text.ts';

/**
 * How a script stands on a target, for people; undefined where the history does not tell. A migration is pending that a history does not know which
 * knows the target.
 */
export function stateText(
  script: string,
  { recorded, knowsTarget }: ScriptHistory,
  target: string,
  now: number,
): string | undefined {
  const found = recorded.get(script);
  if (!found) return knowsTarget && isMigration(script) ? `pending on ${target}` : undefined;
  const when = agoText(found.at, now);
  switch (found.status) {
    case 'success':
      return found.isChanged ? `changed since it was applied to ${target}, ${when}` : `applied to ${target}, ${when}`;
    case 'failed':
      return `failed on ${target}, ${when}`;
    case 'rolled_back':
      return `rolled back on ${target}, ${when}`;
  }
}

const isMigration = (script: string): boolean =>
  ['versioned', 'named', 'repeatable'].includes(migrationName(script).kind);
