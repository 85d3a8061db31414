import type { Located } from '../model/problem.ts';
import { problemAt } from '../read/problem-at.ts';
import { simpleGlob } from '../read/simple-glob.ts';
import type { ConfigRule } from './config-rule.ts';

/** A SQL file that the patterns of two groups match which deploy their files to the same database: it would be deployed twice. */
export const fileInTwoGroups: ConfigRule = {
  code: 'C004',
  find({ file, groups }, facts) {
    const owners = new Map<string, { readonly at: number; readonly pattern: Located<string> }>();
    const scripts = facts.scripts();
    return groups.flatMap(({ patterns, deploysFiles, connectionRef }, at) => {
      if (!deploysFiles) return [];
      return patterns.flatMap((pattern) => {
        const glob = simpleGlob(pattern.value);
        const matched = glob ? scripts.filter((script) => glob.test(script)) : [];
        const shared = matched.filter((script) => {
          const owner = owners.get(script);
          if (!owner) owners.set(script, { at, pattern });
          return owner && owner.at !== at && groups[owner.at]?.connectionRef === connectionRef;
        });
        const [script = ''] = shared;
        const owner = owners.get(script);
        if (!owner) return [];
        const more = shared.length > 1 ? ` and ${shared.length - 1} more` : '';
        const message = `The group "${groups[owner.at]?.name?.value}" has ${script}${more} too, so that both deploy it. Narrow one of the patterns.`;
        const related = [{ file, range: owner.pattern.range, message: 'The other pattern is here.' }];
        return [problemAt({ file, range: pattern.range }, 'C004', message, { severity: 'warning', related })];
      });
    });
  },
};
