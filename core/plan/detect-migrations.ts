import type { SqlEffect } from '../model/sql-effect.ts';
import { type DatabaseObjects, objectKey } from './catalog-query.ts';

/** Whether what a migration makes is in the database. `unknown`: it makes nothing that can be looked for, or what it made is gone by plan. */
export type Presence = 'present' | 'absent' | 'partly' | 'unknown';

/** A migration of a folder or document with what its statements do. */
export interface LookedFor {
  readonly file: string;
  readonly version: string;
  readonly effects: readonly SqlEffect[];
}

export interface DetectedMigration {
  readonly file: string;
  readonly version: string;
  readonly presence: Presence;
  /** What it makes and the database has, such as `table orders`. */
  readonly found: readonly string[];
  /** What it makes and the database has not, and what it drops and the database still has (`no longer table x`). */
  readonly missing: readonly string[];
}

/**
 * Compares what migrations make with what a database has. What a later migration drops or renames is no sign that the earlier one is missing. No proof: objects
 * of the same name may have come by other ways.
 */
export function detectMigrations(
  migrations: readonly LookedFor[],
  objects: DatabaseObjects,
): readonly DetectedMigration[] {
  const changes = migrations.map(({ effects }) => netChange(effects));
  const detected: DetectedMigration[] = [];
  const droppedLater = new Set<string>();
  for (let i = migrations.length - 1; i >= 0; i--) {
    const { file, version } = migrations[i] as LookedFor;
    const { made, dropped } = changes[i] as NetChange;
    const found = [...made].filter((key) => objects.has(key));
    const missing = [...made].filter((key) => !objects.has(key) && !isDropped(key, droppedLater));
    const madeBefore = (key: string) => changes.slice(0, i).some((one) => one.made.has(key));
    const madeAgain = (key: string) => changes.slice(i + 1).some((one) => one.made.has(key));
    const stillThere = [...dropped].filter((key) => objects.has(key) && madeBefore(key) && !madeAgain(key));
    const lacks = [...missing, ...stillThere.map((key) => `no longer ${key}`)];
    detected.unshift({ file, version, presence: presenceOf(found, lacks), found, missing: lacks });
    for (const key of dropped) droppedLater.add(key);
    for (const key of made) droppedLater.delete(key);
  }
  return detected;
}

function presenceOf(found: readonly string[], missing: readonly string[]): Presence {
  if (found.length === 0 && missing.length === 0) return 'unknown';
  if (missing.length === 0) return 'present';
  return found.length === 0 ? 'absent' : 'partly';
}

/** The last migration up to which everything is there, as far as it can be seen; undefined where a baseline would claim too much. */
export function proposedBaseline(detected: readonly DetectedMigration[]): DetectedMigration | undefined {
  const firstLacking = detected.findIndex(({ presence }) => presence === 'absent' || presence === 'partly');
  const before = firstLacking === -1 ? detected : detected.slice(0, firstLacking);
  return before.findLast(({ presence }) => presence === 'present');
}

interface NetChange {
  readonly made: ReadonlySet<string>;
  readonly dropped: ReadonlySet<string>;
}

/** What is there after a migration and was not before, and the other way round. */
function netChange(effects: readonly SqlEffect[]): NetChange {
  const made = new Set<string>();
  const dropped = new Set<string>();
  const make = (key: string) => {
    made.add(key);
    dropped.delete(key);
  };
  const drop = (key: string) => {
    for (const one of [...made]) if (one === key || isPartOf(one, key)) made.delete(one);
    dropped.add(key);
  };
  for (const effect of effects) apply(effect, make, drop);
  return { made, dropped };
}

function apply(effect: SqlEffect, make: (key: string) => void, drop: (key: string) => void): void {
  const { made, dropped } = keysOf(effect);
  for (const key of dropped) drop(key);
  for (const key of made) make(key);
}

interface Keys {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
}

const makes = (...made: readonly string[]): Keys => ({ made, dropped: [] });
const drops = (...dropped: readonly string[]): Keys => ({ made: [], dropped });

function keysOf(effect: SqlEffect): Keys {
  switch (effect.type) {
    case 'create_table': {
      if (effect.temporary) return makes();
      const columns = (effect.columns ?? []).map(({ name }) => objectKey('column', effect.table, name));
      return makes(objectKey('table', effect.table), ...columns);
    }
    case 'create_view':
      return makes(objectKey('view', effect.view));
    case 'create_index':
      return effect.index === undefined ? makes() : makes(objectKey('index', effect.index));
    case 'add_column':
      return makes(objectKey('column', effect.table, effect.column.name));
    case 'drop_table':
      return drops(objectKey('table', effect.table));
    case 'drop_column':
      return drops(objectKey('column', effect.table, effect.column));
    case 'drop_index':
      return drops(objectKey('index', effect.index));
    case 'drop_object':
      return effect.object.toLowerCase().includes('view') ? drops(objectKey('view', effect.name)) : drops();
    case 'rename_table':
      return { dropped: [objectKey(effect.object, effect.table)], made: [objectKey(effect.object, effect.to)] };
    case 'rename_column':
      return {
        dropped: [objectKey('column', effect.table, effect.column)],
        made: [objectKey('column', effect.table, effect.to)],
      };
    default:
      return makes();
  }
}

/** Columns go with their table. */
const isPartOf = (key: string, table: string): boolean =>
  table.startsWith('table ') && key.startsWith(`column ${table.slice('table '.length)}.`);

const isDropped = (key: string, dropped: ReadonlySet<string>): boolean =>
  dropped.has(key) || [...dropped].some((one) => isPartOf(key, one));
