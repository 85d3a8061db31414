import type { Fix } from '../model/problem.ts';
import type { JsonNode, Source } from './source.ts';

/** A fix that adds a property behind the last one of an object, laid out as its neighbours are. */
export function insertPropertyFix(source: Source, object: JsonNode, key: string, value: unknown): Fix {
  const property = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  const last = object.children?.at(-1);
  const offset = last ? last.offset + last.length : object.offset + 1;
  const text = last ? `,${separatorBefore(source.text, last.offset)}${property}` : property;
  return { title: `Add "${key}"`, edits: [{ range: source.lines.range(offset, offset), text }] };
}

/** The line break and indentation before a property that begins its line, else one space. */
function separatorBefore(text: string, offset: number): string {
  const before = /(\r\n|\r|\n)([ \t]*)$/.exec(text.slice(Math.max(0, offset - 400), offset));
  return before ? before[0] : ' ';
}
