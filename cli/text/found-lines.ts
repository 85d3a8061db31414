import type { FoundParts } from '../../core/index.ts';
import { table } from './table.ts';

/** What was found in a folder, one line for each kind; none where there was nothing. Names come from anywhere: `table` makes them safe. */
export function foundLines(found: FoundParts): readonly string[] {
  const { signs } = found;
  const rows: readonly (readonly [what: string, where: readonly string[]])[] = [
    [
      'Migrations',
      found.migrations.map(({ folder, count }) => `${folder} (${count} ${count === 1 ? 'file' : 'files'})`),
    ],
    ['Scripts', found.packages.map(({ folder, manager, scripts }) => at(folder, `${scripts.join(', ')} (${manager})`))],
    ['Functions', found.functions.map(({ folder, names }) => at(folder, names.join(', ')))],
    ['Services', found.services.map(({ folder, files }) => at(folder, files.join(', ')))],
    ['Images', found.images.map((folder) => (folder === '' ? 'Dockerfile' : `${folder}/Dockerfile`))],
    ['Infrastructure', found.infra ? [found.infra.folder || '.'] : []],
    ['Deploy script', found.hasDeployScript ? ['deploy.sh'] : []],
    ['SQLite files', signs.sqliteFiles],
    ['Database', signs.dialects],
    ['Variables', [...signs.addresses, ...signs.users, ...signs.passwords, ...found.supabaseVariables]],
  ];
  return table(rows.flatMap(([what, where]) => (where.length === 0 ? [] : [[what, shortened(where)]])));
}

const at = (folder: string, what: string): string => (folder === '' ? what : `${folder}: ${what}`);

const most = 6;

const shortened = (words: readonly string[]): string =>
  words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
