import { problemAt } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** A group that has nothing to do: neither a command nor files that the engine can apply by itself. */
export const idleGroup: ConfigRule = {
  code: 'C006',
  find: ({ file, groups }) =>
    groups.flatMap(({ name, place, patterns, commands }) => {
      const isMigration = patterns.some(({ value }) => /\.sql$|\*$/i.test(value));
      if (commands.length > 0 || isMigration) return [];
      const message =
        patterns.length === 0
          ? 'This group has neither commands nor files. Add "file_patterns", a "build_command" or a "deploy_command".'
          : 'Nothing is done with the files of this group. Add a "deploy_command"; only SQL files are applied without one.';
      return [problemAt({ file, range: name?.range ?? place.range }, 'C006', message)];
    }),
};
