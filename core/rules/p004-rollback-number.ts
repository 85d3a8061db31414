import { migrationName } from '../read/migration-name.ts';
import { compareVersions } from '../read/migration-version.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A rollback whose file name says that it belongs to another migration. Names without a version say nothing. */
export const rollbackNumber: Rule = {
  code: 'P004',
  find: ({ file, operations }, facts) =>
    operations.flatMap(({ script, rollback }) => {
      const [own, back] = [versionIn(script?.value), versionIn(rollback?.value)];
      if (!script || !rollback || own === undefined || back === undefined || compareVersions(own, back) === 0)
        return [];
      // A name that is misspelt is told as one that is not there.
      if ([script, rollback].some(({ value }) => facts.scriptAt(value) === 'missing')) return [];
      const message = `The rollback has version ${back} and its script ${own}. Name the rollback of this script, or rename the file.`;
      return [problemAt({ file, range: rollback.range }, 'P004', message, { severity: 'warning' })];
    }),
};

function versionIn(path: string | undefined): string | undefined {
  const name = path === undefined ? undefined : migrationName(path);
  return name && 'version' in name ? name.version : undefined;
}
