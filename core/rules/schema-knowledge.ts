import type { ColumnDefinition, CreateTable, SqlEffect } from '../model/sql-effect.ts';

/** The SQLite way to change a table: a new one takes the rows and then the name of the old one. `at`: indices of the statements. */
export interface Rebuild {
  readonly table: string;
  readonly copy: string;
  readonly createAt: number;
  readonly dropAt: number;
  readonly renameAt: number;
}

/** What the scripts themselves say of the schema. Names are compared without case. */
export interface SchemaKnowledge {
  /** True where a script that is applied with this one, or an earlier statement of it, makes the table. */
  isNew(table: string, statement: number): boolean;
  /** As `isNew`, and no IF NOT EXISTS leaves open whether it was there before. */
  isSurelyNew(table: string, statement: number): boolean;
  readonly rebuilds: readonly Rebuild[];
  /** What the scripts before this one do to a table, in their order. */
  effectsBefore(table: string): readonly SqlEffect[];
  /** The table as the scripts before this one leave it; undefined where they do not make it. */
  before(table: string): KnownTable | undefined;
  /** Every table that the scripts before this one make. */
  tablesBefore(): readonly KnownTable[];
  /** Views that the scripts before this one make, and what they read. */
  viewsBefore(): readonly { readonly view: string; readonly reads: readonly string[] }[];
}

export interface KnownTable {
  readonly table: string;
  readonly definition: CreateTable;
  readonly columns: readonly ColumnDefinition[];
  readonly indexes: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly triggers: readonly string[];
}

export const key = (name: string): string => name.toLowerCase();
export const isSame = (a: string, b: string): boolean => key(a) === key(b);

/** What the scripts before say; read when a rule asks. */
export interface EarlierScripts {
  /** On one table. */
  effects(table: string): readonly SqlEffect[];
  schema(): KnownSchema;
}

type Statements = readonly { readonly effects: readonly SqlEffect[] }[];

/** `together`: scripts that are applied in one go with this one, before it. `earlier`: all before it, applied or not; read when asked for. */
export function schemaKnowledge(
  statements: Statements,
  together: ReadonlyMap<string, boolean>,
  earlier: EarlierScripts,
): SchemaKnowledge {
  const made = new Map<string, { readonly at: number; readonly isSure: boolean }>();
  statements.forEach(({ effects }, at) => {
    for (const effect of effects) {
      const table = madeBy(effect);
      if (table && !made.has(key(table.name))) made.set(key(table.name), { at, isSure: table.isSure });
      if (effect.type !== 'rename_table') continue;
      const isSure = made.get(key(effect.table))?.isSure ?? together.get(key(effect.table));
      if (isSure !== undefined) made.set(key(effect.to), { at, isSure });
    }
  });
  const standing = (table: string, statement: number): boolean | undefined => {
    const here = made.get(key(table));
    return here && here.at < statement ? here.isSure : together.get(key(table));
  };
  return {
    isNew: (table, statement) => standing(table, statement) !== undefined,
    isSurelyNew: (table, statement) => standing(table, statement) === true,
    rebuilds: rebuildsIn(statements),
    effectsBefore: earlier.effects,
    before: (table) => earlier.schema().tables.get(key(table)),
    tablesBefore: () => [...earlier.schema().tables.values()],
    viewsBefore: () => [...earlier.schema().views].map(([view, reads]) => ({ view, reads })),
  };
}

function madeBy(effect: SqlEffect): { readonly name: string; readonly isSure: boolean } | undefined {
  if (effect.type === 'create_table') return { name: effect.table, isSure: !effect.ifNotExists };
  return effect.type === 'create_view' && effect.materialized ? { name: effect.view, isSure: false } : undefined;
}

/** Tables that a script makes and leaves behind, by key; true for those that surely were not there before. */
export function tablesMade(statements: Statements): ReadonlyMap<string, boolean> {
  const made = new Map<string, boolean>();
  for (const { effects } of statements) {
    for (const effect of effects) {
      const table = madeBy(effect);
      if (table) made.set(key(table.name), table.isSure);
      if (effect.type !== 'rename_table') continue;
      const isSure = made.get(key(effect.table));
      if (isSure === undefined) continue;
      made.delete(key(effect.table));
      made.set(key(effect.to), isSure);
    }
  }
  return made;
}

function rebuildsIn(statements: Statements): Rebuild[] {
  const effects = statements.flatMap(({ effects }, index) => effects.map((effect) => ({ effect, index })));
  return effects.flatMap(({ effect: drop, index: dropAt }) => {
    if (drop.type !== 'drop_table') return [];
    const rename = effects.find(
      ({ effect, index }) => effect.type === 'rename_table' && index > dropAt && isSame(effect.to, drop.table),
    );
    const copy = rename?.effect.type === 'rename_table' ? rename.effect.table : undefined;
    if (!rename || copy === undefined) return [];
    const made = effects.find(({ effect }) => effect.type === 'create_table' && isSame(effect.table, copy));
    const isFilled = effects.some(
      ({ effect, index }) =>
        effect.type === 'insert' &&
        index < dropAt &&
        isSame(effect.table, copy) &&
        effect.from.some((from) => isSame(from, drop.table)),
    );
    return made && isFilled ? [{ table: drop.table, copy, createAt: made.index, dropAt, renameAt: rename.index }] : [];
  });
}

/** What a row of scripts leaves behind. */
export interface KnownSchema {
  readonly tables: ReadonlyMap<string, KnownTable>;
  readonly views: ReadonlyMap<string, readonly string[]>;
}

/** Replays what scripts do to tables, as far as they say it; effects come in their order. */
export function createKnownSchema(): KnownSchema & { add(effect: SqlEffect): void } {
  const tables = new Map<string, KnownTable>();
  const views = new Map<string, readonly string[]>();
  const change = (name: string, mend: (table: KnownTable) => KnownTable) => {
    const table = tables.get(key(name));
    if (table) tables.set(key(name), mend(table));
  };
  return { tables, views, add: (effect) => applyEffect(effect, { tables, views, change }) };
}

interface Schema {
  readonly tables: Map<string, KnownTable>;
  readonly views: Map<string, readonly string[]>;
  readonly change: (name: string, mend: (table: KnownTable) => KnownTable) => void;
}

function applyEffect(effect: SqlEffect, { tables, views, change }: Schema): void {
  const without = (columns: readonly ColumnDefinition[], name: string) =>
    columns.filter((column) => !isSame(column.name, name));
  switch (effect.type) {
    case 'create_table':
      if (tables.has(key(effect.table))) return;
      tables.set(key(effect.table), {
        table: effect.table,
        definition: effect,
        columns: effect.columns ?? [],
        indexes: [],
        triggers: [],
      });
      return;
    case 'drop_table':
      tables.delete(key(effect.table));
      return;
    case 'rename_table': {
      const table = tables.get(key(effect.table));
      if (!table) return;
      tables.delete(key(effect.table));
      tables.set(key(effect.to), { ...table, table: effect.to });
      return;
    }
    case 'add_column':
      change(effect.table, (table) => ({ ...table, columns: [...table.columns, effect.column] }));
      return;
    case 'drop_column':
      change(effect.table, (table) => ({ ...table, columns: without(table.columns, effect.column) }));
      return;
    case 'rename_column':
      change(effect.table, (table) => ({
        ...table,
        columns: table.columns.map((column) =>
          isSame(column.name, effect.column) ? { ...column, name: effect.to } : column,
        ),
      }));
      return;
    case 'set_not_null':
    case 'drop_not_null':
      change(effect.table, (table) => ({
        ...table,
        columns: table.columns.map((column) =>
          isSame(column.name, effect.column) ? { ...column, notNull: effect.type === 'set_not_null' } : column,
        ),
      }));
      return;
    case 'create_index':
      change(effect.table, (table) => ({
        ...table,
        indexes: [...table.indexes, { name: effect.index ?? '', columns: effect.columns }],
      }));
      return;
    case 'drop_index':
      for (const [name, table] of tables)
        tables.set(name, { ...table, indexes: table.indexes.filter((index) => !isSame(index.name, effect.index)) });
      return;
    case 'create_trigger':
      change(effect.table, (table) => ({ ...table, triggers: [...table.triggers, effect.trigger] }));
      return;
    case 'create_view':
      views.set(key(effect.view), effect.reads);
      return;
    case 'drop_object':
      if (effect.object === 'view') views.delete(key(effect.name));
      if (effect.object === 'trigger')
        for (const [name, table] of tables)
          tables.set(name, { ...table, triggers: table.triggers.filter((trigger) => !isSame(trigger, effect.name)) });
      return;
    default:
      return;
  }
}
