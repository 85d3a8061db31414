import type { Backend } from '../model/connection.ts';
import type { DangerCategory } from '../model/danger.ts';
import type { Severity } from '../model/problem.ts';
import type { EffectOf, SqlEffect, SqlEffectType } from '../model/sql-effect.ts';
import type { SqlStatement } from '../ports/sql-syntax.ts';
import type { SchemaKnowledge } from './schema-knowledge.ts';

/** A statement of a script and what it does. */
export interface ReadStatement extends SqlStatement {
  readonly effects: readonly SqlEffect[];
}

/** A script as rules of the danger report see it. */
export interface ReadScript {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly dialect: Backend;
  readonly statements: readonly ReadStatement[];
  /** False where it is applied statement by statement, each on its own. */
  readonly isTransactional: boolean;
  /** True where its header asks for that. */
  readonly asksForNoTransaction: boolean;
  /** `absent`: the plan names no rollback for it; `none`: it says on purpose that there is none. */
  readonly rollback: 'present' | 'none' | 'absent' | 'unknown';
  readonly schema: SchemaKnowledge;
}

/** One finding in a script, before settings and suppressions. */
export interface FoundDanger {
  readonly statement: ReadStatement | undefined;
  /** Where in the statement's text, UTF-16 offsets; absent: its beginning. */
  readonly place?: { readonly at?: number; readonly end?: number };
  /** Where in the script, for a finding of no statement. */
  readonly offset?: number;
  readonly message: string;
  /** The safer form for this very statement, where the rule's own is too general. */
  readonly safer?: string;
}

/** A way in which a statement can do harm. Its code and word are stable. */
export interface DangerRule {
  /** `M` and three digits. */
  readonly code: string;
  /** Its word in the catalogue, such as `drop-table`. */
  readonly id: string;
  readonly severity: Severity;
  readonly category: DangerCategory;
  /** Dialects that it judges; undefined: all. */
  readonly dialects?: readonly Backend[];
  /** Off unless a deploy config switches it on. */
  readonly isOptIn?: true;
  /** What it finds and why that is dangerous. For the reference. */
  readonly what: string;
  /** How to get the same result safely. */
  readonly safer: string;
  find(script: ReadScript): readonly FoundDanger[];
}

/** What a rule knows when it looks at one effect. */
export interface Here {
  readonly script: ReadScript;
  readonly statement: ReadStatement;
  readonly index: number;
  /** True where this plan makes the table before this statement, so that it has no rows and nobody uses it. */
  isNew(table: string): boolean;
  /** As `isNew`, and no IF NOT EXISTS leaves open whether it was there before. */
  isSurelyNew(table: string): boolean;
}

type Judgement = string | { readonly message: string; readonly safer: string } | undefined;

/** A `find` that judges every effect of some types by itself; a judgement of undefined is no finding. */
export function each<Type extends SqlEffectType>(
  types: Type | readonly Type[],
  judge: (effect: EffectOf<Type>, here: Here) => Judgement,
): DangerRule['find'] {
  const wanted: readonly string[] = typeof types === 'string' ? [types] : types;
  // Most rules find nothing in most scripts: what they would know is made only for what they judge.
  return (script) => {
    const found: FoundDanger[] = [];
    for (const [index, statement] of script.statements.entries()) {
      for (const effect of statement.effects) {
        if (!wanted.includes(effect.type)) continue;
        const judged = judge(effect as EffectOf<Type>, hereIn(script, statement, index));
        if (judged === undefined) continue;
        found.push({ statement, place: effect, ...(typeof judged === 'string' ? { message: judged } : judged) });
      }
    }
    return found;
  };
}

const hereIn = (script: ReadScript, statement: ReadStatement, index: number): Here => ({
  script,
  statement,
  index,
  isNew: (table) => script.schema.isNew(table, index),
  isSurelyNew: (table) => script.schema.isSurelyNew(table, index),
});

export const isPostgresql: Pick<DangerRule, 'dialects'> = { dialects: ['postgresql'] };
export const isMysql: Pick<DangerRule, 'dialects'> = { dialects: ['mysql'] };
export const isSqlite: Pick<DangerRule, 'dialects'> = { dialects: ['sqlite'] };
