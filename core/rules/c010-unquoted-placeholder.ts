import type { Fix, Located } from '../model/problem.ts';
import { isFilePlaceholder } from '../read/file-values.ts';
import { problemAt } from '../read/problem-at.ts';
import { readShellText } from '../read/shell-text.ts';
import type { ConfigRule } from './config-rule.ts';

/** A placeholder without quotes in a text for the shell. Its value is one word here whatever it holds; copied into a terminal it is not. */
export const unquotedPlaceholder: ConfigRule = {
  code: 'C010',
  find: ({ file, groups }) =>
    groups.flatMap(({ commands, patterns }) =>
      commands.flatMap(({ key, command }) => {
        const { value, range } = command;
        // What has no value, or no place that is safe, is told as that.
        if (typeof value !== 'string' || key !== 'deploy_command' || patterns.length === 0) return [];
        const { places, problems } = readShellText(value);
        const bare = places.filter(({ quote, name }) => quote === 'none' && isFilePlaceholder(name));
        const first = bare.find((place) => fixesFor({ value, range }, place).length > 0) ?? bare[0];
        if (!first || problems.length > 0) return [];
        const message = `{${first.name}} stands without quotes. Here its value is one word whatever it holds; quotes say so to readers, and hold where the command is copied.`;
        const fixes = fixesFor({ value, range }, first);
        return [problemAt({ file, range }, 'C010', message, { severity: 'hint', fixes })];
      }),
    ),
};

/** Only where the text stands in the file as it is read, so that its places are known, and the placeholder is a whole word. */
function fixesFor(
  { value, range }: Located<string>,
  { at, end }: { readonly at: number; readonly end: number },
): Fix[] {
  const { line, column } = range.start;
  const isPlain = JSON.stringify(value).length === value.length + 2 && range.end.line === line;
  if (!isPlain || /\S/.test(value.charAt(at - 1)) || /\S/.test(value.charAt(end))) return [];
  const place = (offset: number) => ({ line, column: column + 1 + offset });
  const text = `\\"${value.slice(at, end)}\\"`;
  return [{ title: 'Put quotes around it', edits: [{ range: { start: place(at), end: place(end) }, text }] }];
}
