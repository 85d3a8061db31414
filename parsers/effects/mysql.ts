import type { SqlEffect } from '../../core/index.ts';
import { dialectRules } from '../dialect-rules.ts';
import { mysqlAlterTable } from './mysql-alter-table.ts';
import { type Lexeme, lexemesOf } from './statement-tokens.ts';
import { columnNames } from './token-columns.ts';
import { after, createTokenReader, hasWords, splitAtCommas, type TokenReader, unquoted } from './token-reader.ts';
import { createTableFrom, hasWhere, insertFrom } from './token-tables.ts';

const rules = dialectRules('mysql');

/** What a statement does, by its tokens. MySQL and MariaDB. */
export function mysqlEffects(text: string): readonly SqlEffect[] {
  const lexemes = lexemesOf(text, rules, mostTokens(text));
  const reader = createTokenReader(lexemes);
  switch (reader.next()?.word) {
    case 'CREATE':
      return create(reader);
    case 'ALTER':
      return alter(reader);
    case 'DROP':
      return drop(reader);
    case 'RENAME':
      return renameTables(reader);
    case 'TRUNCATE':
      reader.accept('TABLE');
      return [{ type: 'truncate', tables: [reader.name()], cascade: false }];
    case 'DELETE':
      return [{ type: 'delete', table: tableOfDelete(reader), hasWhere: hasWhere(lexemes) }];
    case 'UPDATE':
      while (reader.accept('LOW_PRIORITY') || reader.accept('IGNORE'));
      return [{ type: 'update', table: reader.name(), hasWhere: hasWhere(lexemes) }];
    case 'INSERT':
    case 'REPLACE':
      while (/^(LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|INTO)$/.test(reader.peek()?.word ?? '')) reader.next();
      return [insertFrom(reader.name(), reader.rest())];
    case 'LOAD':
      return [{ type: 'copy', table: createTokenReader(after(lexemes, 'INTO', 'TABLE')).name() }];
    case 'WITH':
      return withQuery(lexemes);
    case 'GRANT':
      return grant(lexemes);
    case 'SET':
      return set(reader);
    case 'START':
    case 'BEGIN':
      return [{ type: 'transaction', action: 'begin' }];
    case 'COMMIT':
      return [{ type: 'transaction', action: 'commit' }];
    case 'ROLLBACK':
      return [{ type: 'transaction', action: hasWords(lexemes, 'TO') ? 'savepoint' : 'rollback' }];
    case 'SAVEPOINT':
    case 'RELEASE':
      return [{ type: 'transaction', action: 'savepoint' }];
    case 'LOCK':
      if (!reader.accept('TABLES')) reader.accept('TABLE');
      return [{ type: 'lock_table', table: reader.name(), mode: 'write' }];
    case 'EXECUTE':
      return [{ type: 'opaque', what: 'this EXECUTE' }];
    case 'CALL':
      return [{ type: 'other' }];
    case 'OPTIMIZE':
      reader.accept('NO_WRITE_TO_BINLOG');
      reader.accept('LOCAL');
      reader.accept('TABLE');
      return [{ type: 'move_table', table: reader.name(), how: 'OPTIMIZE TABLE' }];
    case 'SELECT':
    case 'SHOW':
    case 'EXPLAIN':
    case 'DESCRIBE':
    case 'DESC':
    case 'TABLE':
    case 'VALUES':
      return [{ type: 'read' }];
    case undefined:
      return [{ type: 'unreadable', message: 'it has no words.' }];
    default:
      return known.test(lexemes[0]?.word ?? '')
        ? [{ type: 'other' }]
        : [
            {
              type: 'unreadable',
              message: `it begins with ${lexemes[0]?.text.slice(0, 20)}, which begins no statement that is known.`,
            },
          ];
  }
}

const known =
  /^(ANALYZE|CHANGE|CHECK|CHECKSUM|COMMENT|DEALLOCATE|DELIMITER|DO|FLUSH|GET|HANDLER|IMPORT|INSTALL|KILL|PREPARE|PURGE|REPAIR|RESET|RESTART|REVOKE|SHUTDOWN|STOP|UNINSTALL|UNLOCK|USE|XA|\/\*!.*)$/s;

/** The data of a long INSERT tell nothing more. */
const mostTokens = (text: string): number =>
  text.length > 100_000 && /^\s*(insert|replace)\b/i.test(text) ? 2_000 : Number.POSITIVE_INFINITY;

function create(reader: TokenReader): readonly SqlEffect[] {
  const replace = reader.accept('OR', 'REPLACE');
  const temporary = reader.accept('TEMPORARY');
  if (reader.accept('TABLE')) {
    const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
    const table = reader.name();
    const made = createTableFrom(table, reader.rest(), { temporary, ifNotExists });
    // MariaDB's OR REPLACE drops the table that is there.
    return replace ? [{ type: 'drop_table', table, ifExists: true, cascade: false }, ...made] : made;
  }
  if (reader.accept('DATABASE') || reader.accept('SCHEMA')) {
    reader.accept('IF', 'NOT', 'EXISTS');
    return [{ type: 'create_schema', schema: reader.name() }];
  }
  const special = reader.accept('FULLTEXT') ? 'fulltext' : reader.accept('SPATIAL') ? 'spatial' : undefined;
  const unique = reader.accept('UNIQUE');
  if (reader.accept('INDEX')) return createIndex(reader, unique, special);
  if (reader.accept('USER') || reader.accept('ROLE')) return userPassword(reader);
  skipDefiner(reader);
  if (reader.accept('VIEW')) {
    const view = reader.name();
    return [{ type: 'create_view', view, replace, materialized: false, reads: [] }];
  }
  if (reader.accept('TRIGGER')) {
    reader.accept('IF', 'NOT', 'EXISTS');
    const trigger = reader.name();
    return [{ type: 'create_trigger', trigger, table: createTokenReader(after(reader.rest(), 'ON')).name() }];
  }
  reader.accept('AGGREGATE');
  if (!reader.accept('FUNCTION') && !reader.accept('PROCEDURE')) return [{ type: 'other' }];
  reader.accept('IF', 'NOT', 'EXISTS');
  return [{ type: 'create_function', name: reader.name(), securityDefiner: false, setsSearchPath: false, replace }];
}

function createIndex(
  reader: TokenReader,
  unique: boolean,
  special: 'fulltext' | 'spatial' | undefined,
): readonly SqlEffect[] {
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const index = reader.name();
  const on = createTokenReader(after(reader.rest(), 'ON'));
  const table = on.name();
  const columns = columnNames(on.brackets());
  return [
    {
      type: 'create_index',
      table,
      index,
      unique,
      concurrently: false,
      ifNotExists,
      columns,
      ...(special && { special }),
    },
    ...alterOptions(on.rest(), table),
  ];
}

/** ALGORITHM and LOCK of a statement. */
export function alterOptions(lexemes: readonly Lexeme[], table: string): readonly SqlEffect[] {
  const value = (word: string) =>
    after(lexemes, word)
      .filter(({ text }) => text !== '=')[0]
      ?.text.toLowerCase();
  const [algorithm, lock] = [value('ALGORITHM'), value('LOCK')];
  return algorithm === undefined && lock === undefined ? [] : [{ type: 'alter_options', table, algorithm, lock }];
}

/** `ALGORITHM = MERGE DEFINER = a@b SQL SECURITY INVOKER` in front of VIEW, TRIGGER, FUNCTION and PROCEDURE. */
function skipDefiner(reader: TokenReader): void {
  while (reader.peek() && !/^(VIEW|TRIGGER|FUNCTION|PROCEDURE|EVENT|AGGREGATE)$/.test(reader.peek()?.word ?? ''))
    reader.next();
}

function alter(reader: TokenReader): readonly SqlEffect[] {
  reader.accept('ONLINE');
  reader.accept('IGNORE');
  if (reader.accept('TABLE')) return mysqlAlterTable(reader);
  if (reader.accept('USER')) return userPassword(reader);
  return [{ type: 'other' }];
}

function userPassword(reader: TokenReader): readonly SqlEffect[] {
  reader.accept('IF', 'NOT', 'EXISTS');
  reader.accept('IF', 'EXISTS');
  const role = reader.name() || 'the user';
  const given = after(reader.rest(), 'BY');
  const isGiven = given.some(({ kind, text }) => kind === 'quoted' && text.length > 2);
  return isGiven ? [{ type: 'role_password', role }] : [{ type: 'other' }];
}

function drop(reader: TokenReader): readonly SqlEffect[] {
  const temporary = reader.accept('TEMPORARY');
  const kind = reader.next()?.word ?? '';
  const ifExists = reader.accept('IF', 'EXISTS');
  const names = () => splitAtCommas(reader.rest()).map((part) => createTokenReader(part).name());
  if (kind === 'TABLE' || kind === 'TABLES')
    return temporary
      ? [{ type: 'other' }]
      : names().map((table) => ({ type: 'drop_table', table, ifExists, cascade: false }));
  if (kind === 'DATABASE' || kind === 'SCHEMA') return [{ type: 'drop_database', name: reader.name(), cascade: true }];
  if (kind === 'INDEX') {
    const index = reader.name();
    const on = createTokenReader(after(reader.rest(), 'ON'));
    const table = on.name();
    return [{ type: 'drop_index', index, concurrently: false, ifExists }, ...alterOptions(on.rest(), table)];
  }
  if (!/^(VIEW|FUNCTION|PROCEDURE|TRIGGER|EVENT|SEQUENCE|PACKAGE)$/.test(kind)) return [{ type: 'other' }];
  return names().map((name) => ({ type: 'drop_object', object: kind.toLowerCase(), name, cascade: false, ifExists }));
}

function renameTables(reader: TokenReader): readonly SqlEffect[] {
  if (!reader.accept('TABLE') && !reader.accept('TABLES')) return [{ type: 'other' }];
  reader.accept('IF', 'EXISTS');
  return splitAtCommas(reader.rest()).map((part) => {
    const names = createTokenReader(part);
    const table = names.name();
    return { type: 'rename_table', table, to: createTokenReader(after(part, 'TO')).name(), object: 'table' };
  });
}

function tableOfDelete(reader: TokenReader): string {
  while (/^(LOW_PRIORITY|QUICK|IGNORE|FROM)$/.test(reader.peek()?.word ?? '')) reader.next();
  return reader.name();
}

/** Which statement follows the WITH, at no depth. */
function withQuery(lexemes: readonly Lexeme[]): readonly SqlEffect[] {
  const at = lexemes.findIndex(
    ({ word, depth }) => depth === 0 && /^(UPDATE|DELETE|INSERT|SELECT|REPLACE)$/.test(word),
  );
  const verb = lexemes[at]?.word;
  const reader = createTokenReader(lexemes.slice(at + 1));
  if (verb === 'UPDATE') return [{ type: 'update', table: reader.name(), hasWhere: hasWhere(lexemes.slice(at)) }];
  if (verb === 'DELETE')
    return [{ type: 'delete', table: tableOfDelete(reader), hasWhere: hasWhere(lexemes.slice(at)) }];
  return [{ type: 'read' }];
}

function grant(lexemes: readonly Lexeme[]): readonly SqlEffect[] {
  const privileges = splitAtCommas(lexemes.slice(1)).map(([first]) => first?.text.toLowerCase() ?? '');
  const target = after(lexemes, 'ON');
  const on = target.slice(
    0,
    target.findIndex(({ word }) => word === 'TO'),
  );
  if (on.length === 0) return [{ type: 'other' }];
  const password = after(lexemes, 'IDENTIFIED', 'BY')[0];
  return [
    {
      type: 'grant',
      privileges: privileges.includes('all') ? 'all' : privileges,
      toPublic: after(lexemes, 'TO')[0]?.word === 'PUBLIC',
      on: on.map(({ text }) => unquoted(text)).join(''),
    },
    ...(password?.kind === 'quoted'
      ? [{ type: 'role_password' as const, role: createTokenReader(after(lexemes, 'TO')).name() }]
      : []),
  ];
}

function set(reader: TokenReader): readonly SqlEffect[] {
  if (reader.peek()?.word === 'PASSWORD')
    return [{ type: 'role_password', role: createTokenReader(after(reader.rest(), 'FOR')).name() || 'the user' }];
  return splitAtCommas(reader.rest()).map((part) => {
    const at = part.findIndex(({ text }) => text === '=' || text === ':=');
    const name =
      part
        .slice(0, at < 0 ? 1 : at)
        .map(({ text }) => text)
        .at(-1) ?? '';
    return {
      type: 'set',
      name: name.replace(/^@@?(session\.|global\.)?/i, '').toLowerCase(),
      isLocal: false,
      value: at < 0 ? '' : unquoted(part[at + 1]?.text ?? ''),
    };
  });
}
