import type { EffectPlace, SqlEffect } from '../../core/index.ts';
import type { Lexeme } from './statement-tokens.ts';
import { columnOf } from './token-columns.ts';
import { after, createTokenReader, hasWords, splitAtCommas, type TokenReader, unquoted } from './token-reader.ts';
import { constraintEffect, constraintOf } from './token-tables.ts';

/** What the actions of an ALTER TABLE do; the reader stands behind TABLE. */
export function mysqlAlterTable(reader: TokenReader): readonly SqlEffect[] {
  reader.accept('IF', 'EXISTS');
  const table = reader.name();
  const actions = splitAtCommas(reader.rest());
  const options = optionsOf(actions, table);
  return [
    ...options,
    ...actions.flatMap((action) => {
      const place: EffectPlace = { at: action[0]?.start ?? 0, end: action.at(-1)?.end ?? 0 };
      return actionEffects(action, table).map((effect) => ({ ...place, ...effect }));
    }),
  ];
}

function optionsOf(actions: readonly (readonly Lexeme[])[], table: string): readonly SqlEffect[] {
  const value = (word: string) =>
    actions
      .filter(([first]) => first?.word === word)
      .map((action) => action.filter(({ text }) => text !== '=')[1]?.text.toLowerCase())[0];
  const [algorithm, lock] = [value('ALGORITHM'), value('LOCK')];
  return algorithm === undefined && lock === undefined ? [] : [{ type: 'alter_options', table, algorithm, lock }];
}

function actionEffects(action: readonly Lexeme[], table: string): readonly SqlEffect[] {
  const reader = createTokenReader(action);
  switch (reader.next()?.word) {
    case 'ADD':
      return add(reader, table);
    case 'DROP':
      return drop(reader, table);
    case 'MODIFY':
      reader.accept('COLUMN');
      reader.accept('IF', 'EXISTS');
      return [{ type: 'modify_column', table, column: columnOf(reader.rest()) }];
    case 'CHANGE': {
      reader.accept('COLUMN');
      reader.accept('IF', 'EXISTS');
      const column = reader.name();
      const definition = columnOf(reader.rest());
      const isRenamed = definition.name.toLowerCase() !== column.toLowerCase();
      return [
        { type: 'modify_column', table, column: { ...definition, name: column } },
        ...(isRenamed ? [{ type: 'rename_column' as const, table, column, to: definition.name }] : []),
      ];
    }
    case 'RENAME':
      return rename(reader, table);
    case 'ALTER':
      return alterColumn(reader, table);
    case 'CONVERT':
      return [{ type: 'convert_charset', table, charset: charsetIn(action) }];
    case 'ENGINE':
      return [{ type: 'move_table', table, how: 'ENGINE' }];
    case 'FORCE':
      return [{ type: 'move_table', table, how: 'FORCE' }];
    case 'ROW_FORMAT':
    case 'KEY_BLOCK_SIZE':
      return [{ type: 'move_table', table, how: action[0]?.word ?? '' }];
    case 'TRUNCATE':
      return reader.accept('PARTITION')
        ? [{ type: 'drop_partition', table, partition: reader.name() || 'all' }]
        : [{ type: 'other' }];
    case 'PARTITION':
    case 'REMOVE':
    case 'COALESCE':
    case 'REORGANIZE':
      return [{ type: 'move_table', table, how: 'Another partitioning' }];
    default:
      return [{ type: 'other' }];
  }
}

const charsetIn = (action: readonly Lexeme[]): string =>
  unquoted((after(action, 'CHARACTER', 'SET')[0] ?? after(action, 'CHARSET')[0])?.text ?? '').toLowerCase();

function add(reader: TokenReader, table: string): readonly SqlEffect[] {
  if (reader.accept('PARTITION')) return [{ type: 'other' }];
  const constraint = constraintOf(reader.rest());
  if (constraint) return [constraintEffect(constraint, table)];
  reader.accept('COLUMN');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  // ADD COLUMN (a int, b int)
  if (reader.peek()?.text === '(')
    return splitAtCommas(reader.brackets()).map((one) => ({
      type: 'add_column',
      table,
      column: columnOf(one),
      ifNotExists,
    }));
  return [{ type: 'add_column', table, column: columnOf(reader.rest()), ifNotExists }];
}

function drop(reader: TokenReader, table: string): readonly SqlEffect[] {
  const name = () => {
    reader.accept('IF', 'EXISTS');
    return reader.name();
  };
  if (reader.accept('PRIMARY', 'KEY'))
    return [{ type: 'drop_constraint', table, kind: 'primary_key', name: 'PRIMARY' }];
  if (reader.accept('FOREIGN', 'KEY')) return [{ type: 'drop_constraint', table, kind: 'foreign_key', name: name() }];
  if (reader.accept('CONSTRAINT')) return [{ type: 'drop_constraint', table, kind: 'unknown', name: name() }];
  if (reader.accept('CHECK')) return [{ type: 'drop_constraint', table, kind: 'check', name: name() }];
  if (reader.accept('PARTITION')) return [{ type: 'drop_partition', table, partition: name() }];
  if (reader.accept('INDEX') || reader.accept('KEY'))
    return [{ type: 'drop_index', index: name(), concurrently: false, ifExists: false }];
  reader.accept('COLUMN');
  const ifExists = reader.accept('IF', 'EXISTS');
  return [{ type: 'drop_column', table, column: reader.name(), cascade: false, ifExists }];
}

function rename(reader: TokenReader, table: string): readonly SqlEffect[] {
  if (reader.accept('COLUMN')) {
    const column = reader.name();
    reader.accept('TO');
    return [{ type: 'rename_column', table, column, to: reader.name() }];
  }
  if (reader.accept('INDEX') || reader.accept('KEY')) return [{ type: 'other' }];
  if (!reader.accept('TO')) reader.accept('AS');
  return [{ type: 'rename_table', table, to: reader.name(), object: 'table' }];
}

function alterColumn(reader: TokenReader, table: string): readonly SqlEffect[] {
  if (/^(INDEX|CHECK|CONSTRAINT)$/.test(reader.peek()?.word ?? '')) return [{ type: 'other' }];
  reader.accept('COLUMN');
  const column = reader.name();
  const rest = reader.rest();
  if (hasWords(rest, 'DROP', 'DEFAULT')) return [{ type: 'drop_default', table, column }];
  return hasWords(rest, 'SET', 'DEFAULT') ? [{ type: 'set_default', table, column }] : [{ type: 'other' }];
}
