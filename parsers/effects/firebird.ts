import type { EffectPlace, SqlEffect } from '../../core/index.ts';
import { dialectRules } from '../dialect-rules.ts';
import { embeddedStatements } from './embedded-statements.ts';
import { type Lexeme, lexemesOf } from './statement-tokens.ts';
import { columnNames, columnOf, typeOf } from './token-columns.ts';
import { after, createTokenReader, hasWords, splitAtCommas, type TokenReader, unquoted } from './token-reader.ts';
import { constraintEffect, constraintOf, createTableFrom, hasWhere, insertFrom } from './token-tables.ts';

const rules = dialectRules('firebird');

/** What a statement does, by its tokens. */
export function firebirdEffects(text: string): readonly SqlEffect[] {
  const lexemes = lexemesOf(text, rules);
  const reader = createTokenReader(lexemes);
  switch (reader.next()?.word) {
    case 'CREATE':
    case 'RECREATE':
      return create(reader, lexemes[0]?.word === 'RECREATE');
    case 'ALTER':
      return alter(reader);
    case 'DROP':
      return drop(reader);
    case 'DELETE':
      reader.accept('FROM');
      return [{ type: 'delete', table: reader.name(), hasWhere: hasWhere(lexemes) }];
    case 'UPDATE':
      if (reader.accept('OR', 'INSERT', 'INTO')) return [insertFrom(reader.name(), reader.rest())];
      return [{ type: 'update', table: reader.name(), hasWhere: hasWhere(lexemes) }];
    case 'INSERT':
      reader.accept('INTO');
      return [insertFrom(reader.name(), reader.rest())];
    case 'MERGE':
      reader.accept('INTO');
      return [{ type: 'merge', table: reader.name() }];
    case 'GRANT':
      return [grant(lexemes)];
    case 'EXECUTE':
      return reader.accept('BLOCK') ? block(text) : [{ type: 'other' }];
    case 'COMMIT':
      return [{ type: 'transaction', action: 'commit' }];
    case 'ROLLBACK':
      return [{ type: 'transaction', action: hasWords(lexemes, 'TO') ? 'savepoint' : 'rollback' }];
    case 'SAVEPOINT':
      return [{ type: 'transaction', action: 'savepoint' }];
    case 'SELECT':
    case 'WITH':
      return [{ type: 'read' }];
    case 'SET':
    case 'COMMENT':
    case 'REVOKE':
    case 'DECLARE':
    case 'RELEASE':
      return [{ type: 'other' }];
    case undefined:
      return [{ type: 'unreadable', message: 'it has no words.' }];
    default:
      return [
        {
          type: 'unreadable',
          message: `it begins with ${lexemes[0]?.text.slice(0, 20)}, which begins no statement that is known.`,
        },
      ];
  }
}

function create(reader: TokenReader, isRecreate: boolean): readonly SqlEffect[] {
  const replace = reader.accept('OR', 'ALTER') || isRecreate;
  const temporary = reader.accept('GLOBAL', 'TEMPORARY');
  if (reader.accept('TABLE')) {
    const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
    const table = reader.name();
    const made = createTableFrom(table, reader.rest(), { temporary, ifNotExists });
    return isRecreate ? [{ type: 'drop_table', table, ifExists: true, cascade: false }, ...made] : made;
  }
  const unique = reader.accept('UNIQUE');
  if (!reader.accept('ASC') && !reader.accept('ASCENDING') && !reader.accept('DESC')) reader.accept('DESCENDING');
  if (reader.accept('INDEX')) {
    const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
    const index = reader.name();
    const on = createTokenReader(after(reader.rest(), 'ON'));
    const table = on.name();
    return [
      {
        type: 'create_index',
        table,
        index,
        unique,
        concurrently: false,
        ifNotExists,
        columns: columnNames(on.brackets()),
      },
    ];
  }
  if (reader.accept('VIEW'))
    return [{ type: 'create_view', view: reader.name(), replace, materialized: false, reads: [] }];
  if (reader.accept('TRIGGER')) {
    const trigger = reader.name();
    const table =
      createTokenReader(after(reader.rest(), 'FOR')).name() || createTokenReader(after(reader.rest(), 'ON')).name();
    return [{ type: 'create_trigger', trigger, table }];
  }
  if (reader.accept('FUNCTION') || reader.accept('PROCEDURE') || reader.accept('PACKAGE'))
    return [{ type: 'create_function', name: reader.name(), securityDefiner: false, setsSearchPath: false, replace }];
  return reader.accept('USER') ? password(reader) : [{ type: 'other' }];
}

function password(reader: TokenReader): readonly SqlEffect[] {
  const role = reader.name() || 'the user';
  return after(reader.rest(), 'PASSWORD')[0]?.kind === 'quoted'
    ? [{ type: 'role_password', role }]
    : [{ type: 'other' }];
}

function alter(reader: TokenReader): readonly SqlEffect[] {
  if (reader.accept('USER')) return password(reader);
  if (!reader.accept('TABLE')) return [{ type: 'other' }];
  const table = reader.name();
  return splitAtCommas(reader.rest()).flatMap((action) => {
    const place: EffectPlace = { at: action[0]?.start ?? 0, end: action.at(-1)?.end ?? 0 };
    return actionEffects(action, table).map((effect) => ({ ...place, ...effect }));
  });
}

function actionEffects(action: readonly Lexeme[], table: string): readonly SqlEffect[] {
  const reader = createTokenReader(action);
  switch (reader.next()?.word) {
    case 'ADD': {
      const constraint = constraintOf(reader.rest());
      if (constraint) return [constraintEffect(constraint, table)];
      reader.accept('COLUMN');
      return [
        {
          type: 'add_column',
          table,
          column: columnOf(reader.rest()),
          ifNotExists: reader.accept('IF', 'NOT', 'EXISTS'),
        },
      ];
    }
    case 'DROP':
      if (reader.accept('CONSTRAINT'))
        return [{ type: 'drop_constraint', table, kind: 'unknown', name: reader.name() }];
      reader.accept('COLUMN');
      return [{ type: 'drop_column', table, column: reader.name(), cascade: false, ifExists: false }];
    case 'ALTER':
      reader.accept('COLUMN');
      return alterColumn(table, reader.name(), reader);
    default:
      return [{ type: 'other' }];
  }
}

function alterColumn(table: string, column: string, reader: TokenReader): readonly SqlEffect[] {
  if (reader.accept('TO')) return [{ type: 'rename_column', table, column, to: reader.name() }];
  if (reader.accept('TYPE')) return [{ type: 'alter_type', table, column, to: typeOf(reader.rest()), hasUsing: false }];
  if (reader.accept('SET', 'NOT', 'NULL')) return [{ type: 'set_not_null', table, column }];
  if (reader.accept('DROP', 'NOT', 'NULL')) return [{ type: 'drop_not_null', table, column }];
  if (reader.accept('SET', 'DEFAULT')) return [{ type: 'set_default', table, column }];
  return reader.accept('DROP', 'DEFAULT') ? [{ type: 'drop_default', table, column }] : [{ type: 'other' }];
}

function drop(reader: TokenReader): readonly SqlEffect[] {
  const kind = reader.next()?.word ?? '';
  const ifExists = reader.accept('IF', 'EXISTS');
  if (kind === 'DATABASE') return [{ type: 'drop_database', name: 'this one', cascade: true }];
  const name = reader.name();
  if (kind === 'TABLE') return [{ type: 'drop_table', table: name, ifExists, cascade: false }];
  if (kind === 'INDEX') return [{ type: 'drop_index', index: name, concurrently: false, ifExists }];
  if (!/^(VIEW|FUNCTION|PROCEDURE|TRIGGER|SEQUENCE|GENERATOR|DOMAIN|PACKAGE|EXCEPTION)$/.test(kind))
    return [{ type: 'other' }];
  return [{ type: 'drop_object', object: kind.toLowerCase(), name, cascade: false, ifExists }];
}

function grant(lexemes: readonly Lexeme[]): SqlEffect {
  const target = after(lexemes, 'ON');
  const to = target.findIndex(({ word }) => word === 'TO');
  if (to < 0) return { type: 'other' };
  const privileges = splitAtCommas(lexemes.slice(1)).map(([first]) => first?.text.toLowerCase() ?? '');
  return {
    type: 'grant',
    privileges: privileges.includes('all') ? 'all' : privileges,
    toPublic: target[to + 1]?.word === 'PUBLIC',
    on: target
      .slice(0, to)
      .filter(({ word }) => word !== 'TABLE')
      .map(({ text }) => unquoted(text))
      .join(' '),
  };
}

/** The statements of an EXECUTE BLOCK, each with its place in it. */
function block(text: string): readonly SqlEffect[] {
  const begin = lexemesOf(text, rules).find(({ word }) => word === 'BEGIN');
  if (!begin) return [{ type: 'opaque', what: 'this EXECUTE BLOCK' }];
  return embeddedStatements(text.slice(begin.end), rules).flatMap(({ text: inner, offset, isDynamic }) => {
    const at = begin.end + offset;
    const effects: readonly SqlEffect[] = isDynamic
      ? [{ type: 'opaque', what: 'this EXECUTE STATEMENT' }]
      : firebirdEffects(inner);
    return effects.map((effect) => ({ ...effect, at, end: at + inner.length }));
  });
}
