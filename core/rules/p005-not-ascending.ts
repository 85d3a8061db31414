import type { Located } from '../model/problem.ts';
import { migrationName } from '../read/migration-name.ts';
import { compareVersions } from '../read/migration-version.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** A migration that stands behind one of the same folder with a higher version: a folder would be applied the other way round. */
export const notAscending: Rule = {
  code: 'P005',
  find({ file, operations }) {
    const highest = new Map<string, { readonly version: string; readonly script: Located<string> }>();
    return operations.flatMap(({ type, script }) => {
      if (type?.value !== 'migration' || !script) return [];
      const name = migrationName(script.value);
      if (name.kind !== 'versioned') return [];
      const folder = script.value.slice(0, script.value.lastIndexOf('/') + 1);
      const before = highest.get(folder);
      if (!before || compareVersions(before.version, name.version) <= 0) {
        highest.set(folder, { version: name.version, script });
        return [];
      }
      const message = `Version ${name.version} comes behind version ${before.version} of the same folder. Put the steps into the order of their versions, so that a plan and the folder apply them alike.`;
      const related = [{ file, range: before.script.range, message: `Version ${before.version} stands here.` }];
      return [problemAt({ file, range: script.range }, 'P005', message, { severity: 'warning', related })];
    });
  },
};
