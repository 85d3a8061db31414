import { lineOf } from '../../read/json-layout.ts';
import type { ConfigEntry, ConfigValue } from './config-entry.ts';

const WIDEST = 110;

/**
 * The text of a config, JSON with comments. A comma stands behind everything but the last entry of its object, examples included, so that
 * the slashes before an example are all that has to go.
 */
export function configText(head: readonly string[], entries: readonly ConfigEntry[]): string {
  const sections = entries.map((entry, i) => entryLines(entry, '  ', i === entries.length - 1).join('\n'));
  const text = ['{', ...head.map((line) => `  // ${line}`), '', sections.join('\n\n'), '}', ''].join('\n');
  return text.replace(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What turns the reading direction, ends a line in some readers or shows nothing. Only strings from outside can hold it. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

function entryLines(entry: ConfigEntry, pad: string, isLast: boolean): readonly string[] {
  const key = entry.key === undefined ? '' : `${JSON.stringify(entry.key)}: `;
  const room = WIDEST - pad.length - (entry.type === 'example' ? 3 : 0);
  const [first = '', ...more] = entry.type === 'example' ? jsonLines(entry.json, room) : valueLines(entry.value, pad);
  const lines = [key + first, ...more];
  const ended = isLast ? lines : [...lines.slice(0, -1), `${lines.at(-1)},`];
  const begin = entry.type === 'example' ? `${pad}// ` : pad;
  return [
    ...entry.comment.map((line) => `${pad}// ${line}`),
    // Lines of an object are laid out by themselves and stand where they should already.
    ...ended.map((line, i) => (i > 0 && entry.type === 'live' && entry.value.type !== 'json' ? line : begin + line)),
  ];
}

function valueLines(value: ConfigValue, pad: string): readonly string[] {
  if (value.type === 'json') return jsonLines(value.json, WIDEST - pad.length);
  const [open, close] = value.type === 'object' ? ['{', '}'] : ['[', ']'];
  const inner = value.entries.flatMap((entry, i) => entryLines(entry, `${pad}  `, i === value.entries.length - 1));
  return inner.length === 0 ? [open + close] : [open, ...inner, pad + close];
}

/** On one line where there is room for it, else its members on lines of their own. */
function jsonLines(json: unknown, room: number): readonly string[] {
  const line = lineOf(json);
  if (line.length <= room || typeof json !== 'object' || json === null) return [line];
  const members: readonly (readonly [string, unknown])[] = Array.isArray(json)
    ? json.map((item) => ['', item] as const)
    : Object.entries(json).map(([key, member]) => [`${JSON.stringify(key)}: `, member] as const);
  const inner = members.flatMap(([key, member], i) => {
    const [first = '', ...more] = jsonLines(member, room - 2);
    const lines = [key + first, ...more];
    return i === members.length - 1 ? lines : [...lines.slice(0, -1), `${lines.at(-1)},`];
  });
  const [open, close] = Array.isArray(json) ? ['[', ']'] : ['{', '}'];
  return [open, ...inner.map((one) => `  ${one}`), close];
}
