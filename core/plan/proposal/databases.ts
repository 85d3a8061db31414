import type { FoundMigrations } from '../../model/found-parts.ts';
import { baseName } from '../named-file.ts';
import { type ConfigEntry, live, section } from './config-entry.ts';
import { plainWordOf, takeName } from './word-of.ts';

/** The section `databases`: each folder of migrations with the variable that holds the address of its database. */
export function databasesSection(
  folders: readonly FoundMigrations[],
  variables: readonly string[],
): readonly ConfigEntry[] {
  if (folders.length === 0) return [];
  const taken = new Set<string>();
  const entries = folders.map(({ folder }) => {
    const above = folder.split('/').slice(0, -1).join('/');
    const name = takeName(plainWordOf(above, 'main'), taken);
    return live(name, {
      connection_env: variableFor(above, variables),
      migrations: { path: folder, strategy: 'pre_deploy' },
    });
  });
  return [
    section(
      'object',
      'databases',
      entries,
      'Migrations, and the variable that holds the address of their database, such as postgresql://user:password@host/name.',
      'They run before all groups; the strategy "post_deploy" runs them after all groups, "manual" only when they are asked for.',
    ),
  ];
}

/** Of several variables the one that is called like the folder, as `REPORTS_DATABASE_URL` for `reports/migrations`. */
function variableFor(folder: string, variables: readonly string[]): string | undefined {
  const word = plainWordOf(baseName(folder), '').toUpperCase();
  return variables.find((name) => word !== '' && name.toUpperCase().startsWith(`${word}_`)) ?? variables[0];
}
