import type { DialectRules } from '../dialect-rules.ts';
import type { Lexeme } from '../effects/statement-tokens.ts';
import { writtenName } from './written-name.ts';

/** A table that a statement names. */
export interface NamedTable {
  /** As `NamedObject.id`. */
  readonly id: string;
  /** As it is written, quotes and all. */
  readonly written: string;
  /** What the statement calls it, in lower case; its own name where it has no other. */
  readonly alias: string;
  /** The alias as it is written; undefined without one. */
  readonly writtenAlias: string | undefined;
  /** The stretch of its name, without its schema. */
  readonly start: number;
  readonly end: number;
}

const BEFORE = /^(?:FROM|JOIN|INTO|UPDATE|TABLE|USING)$/;
const PASSED = /^(?:ONLY|LATERAL|IF|NOT|EXISTS)$/;
/** Words that may follow a table's name and are no alias. */
const NO_ALIAS =
  /^(?:JOIN|INNER|LEFT|RIGHT|FULL|CROSS|NATURAL|OUTER|ON|USING|WHERE|GROUP|ORDER|HAVING|LIMIT|OFFSET|FETCH|UNION|EXCEPT|INTERSECT|SET|VALUES|SELECT|DEFAULT|RETURNING|WINDOW|FOR|TABLESAMPLE|INDEXED|NOT|PLAN|ROWS|WITH|AND|OR|FROM|INTO)$/;

/** The tables that a statement names, wherever in it, in its order. */
export function namedTables(lexemes: readonly Lexeme[], rules: DialectRules): readonly NamedTable[] {
  const found: NamedTable[] = [];
  for (let at = 0; at < lexemes.length; at += 1) {
    if (!BEFORE.test(lexemes[at]?.word ?? '')) continue;
    const isList = lexemes[at]?.word === 'FROM' || lexemes[at]?.word === 'UPDATE';
    for (let from = at + 1; ; ) {
      while (PASSED.test(lexemes[from]?.word ?? '')) from += 1;
      const table = NO_ALIAS.test(lexemes[from]?.word ?? '') ? undefined : tableAt(lexemes, from, rules);
      if (!table) break;
      found.push(table.named);
      if (!isList || lexemes[table.after]?.text !== ',') break;
      from = table.after + 1;
    }
  }
  return found;
}

function tableAt(
  lexemes: readonly Lexeme[],
  from: number,
  rules: DialectRules,
): { readonly named: NamedTable; readonly after: number } | undefined {
  const name = writtenName(lexemes, from, rules);
  if (!name) return undefined;
  const { schema, key, written, start, end } = name;
  const aliasAt = lexemes[name.after]?.word === 'AS' ? name.after + 1 : name.after;
  const isAlias = !NO_ALIAS.test(lexemes[aliasAt]?.word ?? 'ON');
  const alias = isAlias ? writtenName(lexemes, aliasAt, rules) : undefined;
  return {
    named: {
      id: schema === undefined ? key : `${schema}.${key}`,
      written,
      alias: alias?.key ?? key,
      writtenAlias: alias?.written,
      start,
      end,
    },
    after: alias?.after ?? name.after,
  };
}
