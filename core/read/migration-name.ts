import { versionNumber } from './migration-version.ts';

/**
 * What the name of a file in a migrations folder says of it. `named`: a migration without a version (`add_orders.up.sql`). `unversioned`: an
 * SQL file whose name says nothing; it is never run by a folder. `snapshot`: the whole schema, beside the migrations. `private`: begins with `_` or `.`.
 */
export type MigrationName =
  | { readonly kind: 'versioned'; readonly version: string; readonly description: string }
  | { readonly kind: 'named'; readonly description: string }
  | { readonly kind: 'repeatable'; readonly description: string }
  | { readonly kind: 'rollback'; readonly version: string | undefined; readonly description: string }
  | { readonly kind: 'snapshot' | 'private' | 'unversioned' | 'other' };

/** Reads a file's name; `path` may have folders before it. Spec: rulings, "Migration history, twice". */
export function migrationName(path: string): MigrationName {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!/\.sql$/i.test(name)) return { kind: 'other' };
  if (/^[._]/.test(name)) return { kind: 'private' };
  const stem = name.replace(/\.sql$/i, '');
  if (/^(latest|schema|structure)$/i.test(stem)) return { kind: 'snapshot' };
  const repeatable = /^R__(.+)$/.exec(stem)?.[1];
  if (repeatable !== undefined) return { kind: 'repeatable', description: repeatable };

  const direction = /\.(up|down)$/i.exec(stem)?.[1]?.toLowerCase();
  const bare = direction === undefined ? stem : stem.slice(0, -direction.length - 1);
  const version = versionNumber(bare);
  const description = version === undefined ? bare : descriptionOf(bare);
  if (direction === 'down') return { kind: 'rollback', version, description };
  if (version === undefined) return direction === 'up' ? { kind: 'named', description } : { kind: 'unversioned' };
  return /^[RrUu]/.test(bare)
    ? { kind: 'rollback', version, description }
    : { kind: 'versioned', version, description };
}

/** A file that is applied whenever its statements have changed: `R__views.sql`, never `R0002__views.sql`, which is a rollback. */
export const isRepeatable = (path: string): boolean => migrationName(path).kind === 'repeatable';

/** What stands behind the version and its separator. */
const descriptionOf = (bare: string): string =>
  bare.replace(/^[VvRrUu]?\d+(?:[._]\d+)*(?=__|[-_.]|$)/, '').replace(/^[-_.]+/, '');
