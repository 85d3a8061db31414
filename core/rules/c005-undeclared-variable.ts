import type { Fix } from '../model/problem.ts';
import type { GroupPart } from '../read/config-parts.ts';
import { problemAt } from '../read/problem-at.ts';
import { shellVariables } from '../read/shell-variables.ts';
import type { ConfigRule } from './config-rule.ts';

/** What every shell has, and what the engine gives to its commands. */
const ORDINARY =
  /^(?:SRDEPLOY_\w+|LC_\w+|HOME|PATH|PWD|OLDPWD|USER|LOGNAME|SHELL|TMPDIR|TMP|TEMP|LANG|TZ|HOSTNAME|CI|TERM|EDITOR|UID|EUID|PPID|RANDOM|SECONDS|IFS|OPTARG|OPTIND|REPLY|LINENO)$/;

/** A variable that a command reads and that nothing says is needed: a run begins without it, and fails in the middle. */
export const undeclaredVariable: ConfigRule = {
  code: 'C005',
  find: ({ file, groups, variables }) =>
    groups.flatMap((group) => {
      const declared = new Set([...variables, ...group.requiredVariables.map(({ value }) => value)]);
      return group.commands.flatMap(({ command }) => {
        if (typeof command.value !== 'string') return [];
        return shellVariables(command.value).flatMap((name) => {
          if (declared.has(name) || ORDINARY.test(name)) return [];
          declared.add(name);
          const message = `$${name} is used here, and neither "required_env_vars" nor "environment" names it: a run begins without it. Add it to "required_env_vars".`;
          const at = { file, range: command.range };
          return [problemAt(at, 'C005', message, { severity: 'warning', fixes: fixesIn(group, name) })];
        });
      });
    }),
};

/** Behind the last of the variables that the group names already, or as the first of its list. */
function fixesIn({ requiredVariables, requiredList }: GroupPart, name: string): readonly Fix[] {
  if (!requiredList) return [];
  const last = requiredVariables.at(-1);
  const { line, column } = requiredList.range.start;
  const at = last?.range.end ?? { line, column: column + 1 };
  const text = `${last ? ', ' : ''}${JSON.stringify(name)}`;
  return [{ title: `Add "${name}" to "required_env_vars"`, edits: [{ range: { start: at, end: at }, text }] }];
}
