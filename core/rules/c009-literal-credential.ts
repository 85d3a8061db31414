import { problemAt } from '../read/problem-at.ts';
import type { ConfigRule } from './config-rule.ts';

/** A value that is no variable, placeholder, command or number. */
const VALUE = String.raw`(?!["']?(?:[$\`{<*]|(?:\d+|true|false|none)\b))["']?[^\s"']{3,200}`;
const CREDENTIALS = [
  new RegExp(String.raw`(?:^|[\s;&|(])\w{0,60}(?:password|passwd|pwd|secret|token|api_?key)=${VALUE}`, 'i'),
  new RegExp(String.raw`\s--?(?:password|passwd|token|secret|api-?key)(?:=|\s+)(?!-)${VALUE}`, 'i'),
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@$"'{]{1,100}:(?![$`{<*])[^\s:/@"']{3,200}@/i,
];

/** A password, token or key in clear in a command: it stands in the file, in the plan and in the processes of the machine. */
export const literalCredential: ConfigRule = {
  code: 'C009',
  find: ({ file, groups }) =>
    groups.flatMap(({ commands }) =>
      commands.flatMap(({ command: { value, range } }) => {
        const text = [value].flat().join(' ');
        if (!CREDENTIALS.some((one) => one.test(text))) return [];
        const message =
          'The command holds what looks like a password, token or key in clear. Put it into a variable with `srdeploy env set NAME --secret`, write $NAME here, and change it: it was in a file.';
        return [problemAt({ file, range }, 'C009', message, { severity: 'warning' })];
      }),
    ),
};
