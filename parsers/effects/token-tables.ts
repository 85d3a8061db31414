import type { ConstraintKind, CreateTable, ForeignKey, SqlEffect } from '../../core/index.ts';
import type { Lexeme } from './statement-tokens.ts';
import { columnNames, columnOf, foreignKeyOf } from './token-columns.ts';
import { after, createTokenReader, hasWords, splitAtCommas, type TokenReader, unquoted } from './token-reader.ts';

const CONSTRAINT = /^(CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|KEY|INDEX|FULLTEXT|SPATIAL|PERIOD)$/;

/** A constraint as an element of a table: what it is and on which columns. */
export interface TableConstraint {
  readonly kind: ConstraintKind | 'index' | 'fulltext' | 'spatial';
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly foreignKey: ForeignKey | undefined;
}

/** Reads `[CONSTRAINT name] PRIMARY KEY (…)` and its like; undefined for a column. */
export function constraintOf(lexemes: readonly Lexeme[]): TableConstraint | undefined {
  if (!lexemes[0] || !CONSTRAINT.test(lexemes[0].word)) return undefined;
  const reader = createTokenReader(lexemes);
  let name: string | undefined;
  if (reader.accept('CONSTRAINT') && !CONSTRAINT.test(reader.peek()?.word ?? '')) name = reader.name();
  const kind = kindOf(reader);
  if (!kind) return undefined;
  reader.accept('KEY');
  reader.accept('INDEX');
  reader.accept('IF', 'NOT', 'EXISTS');
  if (reader.peek()?.text !== '(' && kind !== 'check') name = reader.name() || name;
  if (reader.accept('USING')) reader.next();
  const columns = kind === 'check' ? [] : columnNames(reader.brackets());
  const reference = after(lexemes, 'REFERENCES');
  return { kind, name, columns, foreignKey: kind === 'foreign_key' ? foreignKeyOf(columns, reference) : undefined };
}

function kindOf(reader: TokenReader): TableConstraint['kind'] | undefined {
  switch (reader.next()?.word) {
    case 'PRIMARY':
      return 'primary_key';
    case 'UNIQUE':
      return 'unique';
    case 'FOREIGN':
      return 'foreign_key';
    case 'CHECK':
      return 'check';
    case 'KEY':
    case 'INDEX':
      return 'index';
    case 'FULLTEXT':
      return 'fulltext';
    case 'SPATIAL':
      return 'spatial';
    default:
      return undefined;
  }
}

/** A CREATE TABLE from the tokens behind its name. */
export function createTableFrom(
  table: string,
  rest: readonly Lexeme[],
  said: { readonly temporary: boolean; readonly ifNotExists: boolean },
): readonly SqlEffect[] {
  const reader = createTokenReader(rest);
  const inside = reader.brackets();
  const options = reader.rest();
  const isDerived = inside.length === 0 || /^(LIKE|SELECT)$/.test(inside[0]?.word ?? '');
  const elements = isDerived ? [] : splitAtCommas(inside);
  const constraints = elements.flatMap((element) => constraintOf(element) ?? []);
  const columns = elements.filter((element) => !constraintOf(element)).map(columnOf);
  const value = (...words: readonly string[]) => {
    const found = after(options, ...words).filter(({ text }) => text !== '=')[0];
    return found && unquoted(found.text).toLowerCase();
  };
  const engine = value('ENGINE');
  const charset = value('CHARSET') ?? value('CHARACTER', 'SET');
  const made: CreateTable = {
    type: 'create_table',
    table,
    ...said,
    columns: isDerived ? undefined : columns,
    primaryKey: constraints.find(({ kind }) => kind === 'primary_key')?.columns ?? [],
    uniques: constraints.filter(({ kind }) => kind === 'unique').map(({ columns: names }) => names),
    foreignKeys: constraints.flatMap(({ foreignKey }) => foreignKey ?? []),
    constraintNames: constraints.flatMap(({ name, kind }) =>
      name === undefined || name === '' || kind === 'index' ? [] : [name],
    ),
    ...(engine !== undefined && { engine }),
    ...(charset !== undefined && { charset }),
  };
  return [made];
}

/** An added constraint or index as an effect. */
export function constraintEffect(constraint: TableConstraint, table: string): SqlEffect {
  const { kind, name, columns } = constraint;
  if (kind === 'index' || kind === 'fulltext' || kind === 'spatial') {
    return {
      type: 'create_index',
      table,
      index: name,
      unique: false,
      concurrently: false,
      ifNotExists: false,
      columns,
      ...(kind !== 'index' && { special: kind }),
    };
  }
  return {
    type: 'add_constraint',
    table,
    kind,
    name,
    columns,
    notValid: false,
    usingIndex: undefined,
    references: constraint.foreignKey?.references,
  };
}

/** `WHERE 1` and `WHERE TRUE` are none. */
export function hasWhere(lexemes: readonly Lexeme[]): boolean {
  const where = after(lexemes, 'WHERE');
  return where.length > 0 && !(where.length === 1 && /^(1|TRUE)$/.test(where[0]?.word ?? ''));
}

/** An INSERT or REPLACE from the tokens behind the table. */
export function insertFrom(table: string, rest: readonly Lexeme[]): SqlEffect {
  const reader = createTokenReader(rest);
  const hasColumns =
    reader.peek()?.text === '(' &&
    reader.peek(1)?.word !== 'SELECT' &&
    !/^(VALUES?|SET)$/.test(reader.peek()?.word ?? '');
  if (hasColumns) reader.brackets();
  const source = reader.rest();
  const isSet = source[0]?.word === 'SET' || hasWords(source, 'DEFAULT', 'VALUES');
  const isQuery = source.some(({ word }) => word === 'SELECT');
  const from = source.flatMap((lexeme, i) => {
    if (!isQuery || (lexeme.word !== 'FROM' && lexeme.word !== 'JOIN')) return [];
    return createTokenReader(source.slice(i + 1)).name() || [];
  });
  return { type: 'insert', table, hasColumns: hasColumns || isSet, from: isQuery && from.length === 0 ? [] : from };
}
