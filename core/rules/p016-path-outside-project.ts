import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';
import { backupPathsOf, pathFault, scriptPathsOf, workingDirectoriesOf } from './script-paths.ts';

const MESSAGES = {
  absolute: 'is absolute. Write it relative to the project, such as "migrations/V0001__first.sql".',
  escapes: 'leads out of the project. Move the file into the project, or correct the path.',
  backslash: 'has a backslash. Write "/" between folders on every system.',
};

/** A script, rollback, backup or working directory path that another machine could not follow, or that leaves the project. */
export const pathOutsideProject: Rule = {
  code: 'P016',
  find: (plan, facts) =>
    [...scriptPathsOf(plan), ...backupPathsOf(plan), ...workingDirectoriesOf(plan)].flatMap(({ key, path }) => {
      const fault = pathFault(path.value) ?? (facts.scriptAt(path.value) === 'outside' ? 'escapes' : undefined);
      if (!fault) return [];
      const straight = path.value.replaceAll('\\', '/');
      const fixes =
        fault === 'backslash' && pathFault(straight) === undefined
          ? [replaceFix(`Change to "${straight}"`, path.range, JSON.stringify(straight))]
          : [];
      const message = `The ${key} path "${path.value}" ${MESSAGES[fault]}`;
      return [problemAt({ file: plan.file, range: path.range }, 'P016', message, { fixes })];
    }),
};
