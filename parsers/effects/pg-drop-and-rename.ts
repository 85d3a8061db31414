import type { SqlEffect } from '../../core/index.ts';
import { fieldsOf, listOf, nameOf, type PgNode, relationName, stringOf, textOf, unwrap } from './pg-node.ts';

const OBJECTS: Readonly<Record<string, string>> = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'routine',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_EXTENSION: 'extension',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_RULE: 'rule',
  OBJECT_FOREIGN_SERVER: 'server',
  OBJECT_PUBLICATION: 'publication',
  OBJECT_SUBSCRIPTION: 'subscription',
};

/** What a DROP takes away, one effect an object. */
export function dropEffects(node: PgNode): readonly SqlEffect[] {
  const kind = textOf(node, 'removeType');
  const cascade = node.behavior === 'DROP_CASCADE';
  const ifExists = node.missing_ok === true;
  return listOf(node, 'objects').map((object): SqlEffect => {
    const name = objectName(object);
    if (kind === 'OBJECT_TABLE' || kind === 'OBJECT_FOREIGN_TABLE')
      return { type: 'drop_table', table: name, ifExists, cascade };
    if (kind === 'OBJECT_INDEX')
      return { type: 'drop_index', index: name, concurrently: node.concurrent === true, ifExists };
    if (kind === 'OBJECT_SCHEMA') return { type: 'drop_schema', name, cascade };
    const word = OBJECTS[kind];
    return word === undefined ? { type: 'other' } : { type: 'drop_object', object: word, name, cascade, ifExists };
  });
}

function objectName(object: PgNode): string {
  const [kind, fields] = unwrap(object);
  switch (kind) {
    case 'List':
      return nameOf(listOf(fields, 'items').map(stringOf));
    case 'ObjectWithArgs':
      return nameOf(listOf(fields, 'objname').map(stringOf));
    case 'TypeName':
      return nameOf(listOf(fields, 'names').map(stringOf));
    default:
      return stringOf(object);
  }
}

export function renameEffects(node: PgNode): readonly SqlEffect[] {
  const table = relationName(fieldsOf(node, 'relation'));
  const to = textOf(node, 'newname');
  const schema = table.includes('.') ? `${table.slice(0, table.lastIndexOf('.'))}.` : '';
  switch (node.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return [{ type: 'rename_table', table, to: schema + to, object: 'table' }];
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return [{ type: 'rename_table', table, to: schema + to, object: 'view' }];
    case 'OBJECT_COLUMN':
      return [{ type: 'rename_column', table, column: textOf(node, 'subname'), to }];
    case 'OBJECT_SCHEMA':
      return [{ type: 'rename_schema', schema: textOf(node, 'subname'), to }];
    default:
      return [{ type: 'other' }];
  }
}
