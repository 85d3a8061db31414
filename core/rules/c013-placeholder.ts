import type { Fix, Problem } from '../model/problem.ts';
import { parseCommandTemplate } from '../read/command-template.ts';
import type { CommandPart, GroupPart } from '../read/config-parts.ts';
import { isFilePlaceholder } from '../read/file-values.ts';
import { nearestWord } from '../read/nearest-word.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** Placeholders that have no value, or stand where no value can be put in safely. Spec: rulings, "Commands and placeholders". */
export const placeholderMisuse: ConfigRule = {
  code: 'C013',
  find: ({ file, groups }) =>
    groups.flatMap((group) => group.commands.flatMap((part) => problemsOf(part, group, file))),
};

function problemsOf({ key, command }: CommandPart, { patterns }: GroupPart, file: string): readonly Problem[] {
  const at = { file, range: command.range };
  const parsed = parseCommandTemplate(command.value);
  if (parsed.type === 'refused') return parsed.reasons.map((reason) => problemAt(at, 'C013', reason));
  return parsed.template.names.flatMap((name) => {
    const why = whyNot(name, key, patterns.length > 0);
    if (why === undefined) return [];
    const near = key === 'deploy_command' && !isFilePlaceholder(name) ? nearestWord(name, known) : undefined;
    const fixes = near === undefined ? [] : [renamed(command, name, near)];
    return [problemAt(at, 'C013', `{${name}} has no value here. ${why}`, { fixes })];
  });
}

const known = ['file', 'name', 'dir'];

/** The whole command anew, with another name in its placeholders. */
function renamed({ value, range }: CommandPart['command'], from: string, to: string): Fix {
  const inText = (text: string) => text.replaceAll(`{${from}}`, `{${to}}`);
  const command = typeof value === 'string' ? inText(value) : value.map(inText);
  return replaceFix(`Change to {${to}}`, range, JSON.stringify(command));
}

function whyNot(name: string, key: CommandPart['key'], hasFiles: boolean): string | undefined {
  if (key !== 'deploy_command') return 'Only a "deploy_command" runs for each file.';
  if (!isFilePlaceholder(name)) {
    const near = nearestWord(name, known);
    return near === undefined
      ? 'There are {file}, {name}, {dir}, and names that end in "_name".'
      : `Did you mean {${near}}?`;
  }
  return hasFiles ? undefined : 'The group has no "file_patterns".';
}
