import type { Lexeme } from '../effects/statement-tokens.ts';
import { typeOf } from '../effects/token-columns.ts';
import { splitAtCommas } from '../effects/token-reader.ts';
import type { NamedObject, StatementReading, TableColumn } from './object-change.ts';
import { writtenName } from './written-name.ts';

/** The object that is named from a token on, and the index of the token behind its name. */
export function objectAt(
  { lexemes, rules, placeOf }: StatementReading,
  at: number,
): { readonly object: NamedObject; readonly after: number } | undefined {
  const name = writtenName(lexemes, at, rules);
  if (!name) return undefined;
  const { schema, key, written, start, end, after } = name;
  return {
    object: { id: schema === undefined ? key : `${schema}.${key}`, written, place: placeOf(start, end) },
    after,
  };
}

/** The columns that are listed in the brackets behind a table's name; none where a query or another table says them. */
export function tableColumns(reading: StatementReading, from: number): readonly TableColumn[] {
  const open = reading.lexemes[from];
  if (open?.text !== '(') return [];
  const close = reading.lexemes.findIndex(({ text, depth }, at) => at > from && text === ')' && depth === open.depth);
  const inside = reading.lexemes.slice(from + 1, close === -1 ? undefined : close);
  if (/^(?:LIKE|SELECT|WITH)$/.test(inside[0]?.word ?? '')) return [];
  return splitAtCommas(inside).flatMap((element) => columnOf(reading, element) ?? []);
}

/** A column from its definition, name first; undefined for a constraint or index. */
export function columnOf(reading: StatementReading, definition: readonly Lexeme[]): TableColumn | undefined {
  if (isConstraint(definition, reading.rules.mysqlComments)) return undefined;
  const named = objectAt({ ...reading, lexemes: definition }, 0);
  return named && { ...named.object, type: typeOf(definition.slice(named.after)) };
}

/** Also true for what takes over the columns of another table. A column may be called `key` or `index` where they begin nothing else. */
function isConstraint([first, second]: readonly Lexeme[], isMysql: boolean): boolean {
  switch (first?.word) {
    case 'CONSTRAINT':
    case 'EXCLUDE':
    case 'LIKE':
      return true;
    case 'PRIMARY':
    case 'FOREIGN':
      return second?.word === 'KEY';
    case 'CHECK':
      return second?.text === '(';
    case 'UNIQUE':
      return second?.text === '(' || isMysql;
    case 'KEY':
    case 'INDEX':
    case 'FULLTEXT':
    case 'SPATIAL':
    case 'PERIOD':
      return isMysql;
    default:
      return false;
  }
}
