import type { SqlEffect } from '../model/sql-effect.ts';
import type { Here, ReadScript, ReadStatement } from './danger-rule.ts';

/** Effects of the script before a statement. */
export const effectsUntil = ({ script, index }: Pick<Here, 'script' | 'index'>): readonly SqlEffect[] =>
  script.statements.slice(0, index).flatMap(({ effects }) => effects);

export const effectsOf = (script: ReadScript): readonly SqlEffect[] =>
  script.statements.flatMap(({ effects }) => effects);

/** Every effect with its statement. */
export const placed = (
  script: ReadScript,
): readonly { readonly effect: SqlEffect; readonly statement: ReadStatement; readonly index: number }[] =>
  script.statements.flatMap((statement, index) => statement.effects.map((effect) => ({ effect, statement, index })));
