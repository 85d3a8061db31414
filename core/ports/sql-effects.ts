import type { Backend } from '../model/connection.ts';
import type { SqlEffect } from '../model/sql-effect.ts';
import type { SqlStatement } from './sql-syntax.ts';

/** Says what statements do. Synchronous and never throws; what it cannot read is told as the effect `unreadable`. */
export interface SqlEffects {
  effectsOf(statement: Pick<SqlStatement, 'text' | 'keywords'>, dialect: Backend): readonly SqlEffect[];
}

/** Parsers are big: the ones of a dialect are loaded once, when somebody first needs them. */
export interface SqlEffectsLoader {
  load(dialect: Backend): Promise<SqlEffects>;
}
