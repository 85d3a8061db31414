import type { SqlEffect } from '../../model/sql-effect.ts';
import type { DangerRule } from '../danger-rule.ts';
import { placed } from '../script-effects.ts';

/** The server cuts the name, or refuses it. */
export const identifierLength: DangerRule = {
  code: 'M082',
  id: 'identifier-length',
  severity: 'warning',
  category: 'hygiene',
  dialects: ['postgresql', 'mysql', 'firebird'],
  what: 'A name is longer than its server keeps: PostgreSQL cuts it to 63 bytes, so that two long ones can become one; MySQL (64 characters) and Firebird (63, before version 4: 31) refuse it.',
  safer: 'Choose a shorter name.',
  find: (script) => {
    const most = script.dialect === 'mysql' ? 64 : 63;
    return placed(script).flatMap(({ effect, statement }) => {
      const names = namesIn(effect).map((name) => asWritten(name, statement.text, script.dialect));
      const long = names.find((name) => lengthOf(name, script.dialect) > most);
      if (long === undefined) return [];
      const message = `The name ${long} is too long: it has ${lengthOf(long, script.dialect)} where ${most} are kept.`;
      return [{ statement, place: effect, message }];
    });
  },
};

/** PostgreSQL's own parser has cut a long name already: the whole one stands in the statement. */
function asWritten(name: string, statement: string, dialect: string): string {
  const at =
    dialect === 'postgresql' && bytesOf(name) === 63 ? statement.toLowerCase().indexOf(name.toLowerCase()) : -1;
  return at < 0 ? name : name + (/^[\w$\u0080-\uffff]*/.exec(statement.slice(at + name.length))?.[0] ?? '');
}

const lengthOf = (name: string, dialect: string): number => (dialect === 'postgresql' ? bytesOf(name) : name.length);

function bytesOf(name: string): number {
  let bytes = 0;
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function namesIn(effect: SqlEffect): readonly string[] {
  const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  switch (effect.type) {
    case 'create_table':
      return [last(effect.table), ...(effect.columns ?? []).map(({ name }) => name), ...effect.constraintNames];
    case 'add_column':
      return [effect.column.name];
    case 'rename_table':
    case 'rename_column':
      return [last(effect.to)];
    case 'create_index':
      return effect.index === undefined ? [] : [effect.index];
    case 'add_constraint':
      return effect.name === undefined ? [] : [effect.name];
    case 'create_view':
      return [last(effect.view)];
    case 'create_function':
    case 'create_enum':
      return [last(effect.name)];
    default:
      return [];
  }
}
