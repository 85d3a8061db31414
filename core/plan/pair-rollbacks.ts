import type { Problem } from '../model/problem.ts';
import { compareVersions } from '../read/migration-version.ts';
import { fileProblem, folderOf, type NamedMigration, type NamedRollback } from './named-file.ts';

export interface Pairs {
  /** The rollback of a migration, by the migration's path. */
  readonly pairs: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/**
 * Pairs rollbacks with migrations: by their number, whatever stands behind it (`V0002__add_orders.sql` ↔ `R0002__anything.sql`), and `x.up.sql` ↔
 * `x.down.sql` by name. Where migrations share a number the descriptions decide; where they do not either, it is an error.
 */
export function pairRollbacks(migrations: readonly NamedMigration[], rollbacks: readonly NamedRollback[]): Pairs {
  const pairs = new Map<string, string>();
  const problems: Problem[] = [];
  for (const rollback of rollbacks) {
    const found = candidates(rollback, migrations);
    const [migration, other] = found;
    const taken = migration && pairs.get(migration.path);
    if (!migration) problems.push(lonely(rollback.path));
    else if (other) problems.push(ambiguous(rollback.path, found));
    else if (taken !== undefined) problems.push(second(rollback.path, taken, migration.path));
    else pairs.set(migration.path, rollback.path);
  }
  return { pairs, problems };
}

/** In the same folder where there is one, else anywhere: rollbacks may have a folder of their own. */
function candidates(
  { path, name: { version, description } }: NamedRollback,
  migrations: readonly NamedMigration[],
): readonly NamedMigration[] {
  const fits = migrations.filter(({ name }) =>
    version === undefined
      ? name.kind === 'named' && name.description === description
      : name.kind === 'versioned' && compareVersions(name.version, version) === 0,
  );
  const near = narrowed(fits, (one) => folderOf(one.path) === folderOf(path));
  return near.length > 1 ? narrowed(near, ({ name }) => name.description === description) : near;
}

const narrowed = <T>(all: readonly T[], fits: (one: T) => boolean): readonly T[] =>
  all.some(fits) ? all.filter(fits) : all;

const lonely = (path: string): Problem =>
  fileProblem('ROLLBACK_ALONE', path, `${path} is a rollback, and the folder has no migration for it.`, 'warning');

const ambiguous = (path: string, migrations: readonly NamedMigration[]): Problem =>
  fileProblem(
    'ROLLBACK_AMBIGUOUS',
    path,
    `${path} could take back any of ${migrations.map((one) => one.path).join(', ')}. Name it like the one that it belongs to.`,
  );

const second = (path: string, first: string, migration: string): Problem =>
  fileProblem('ROLLBACK_AMBIGUOUS', path, `${first} and ${path} both take back ${migration}. Remove one of them.`);
