import { type SchemaNode, wordsOfValue } from '../../core/index.ts';

/** Looks up what a schema refers to. */
export type Resolve = (schema: SchemaNode) => SchemaNode;

/**
 * A snippet for a value: what can be chosen as a choice, the rest as an empty place to fill in, an object with the keys that it
 * needs. `given` fills places whose value is known.
 */
export function valueSnippet(
  schema: SchemaNode,
  resolve: Resolve,
  given: Readonly<Record<string, string>> = {},
): string {
  let stop = 0;
  const write = (node: SchemaNode, indent: string): string => {
    const schema = resolve(node);
    const { const: fixed, examples, required = [], properties = {} } = schema;
    const words = wordsOfValue(schema).enum;
    if (fixed !== undefined) return escapeSnippet(JSON.stringify(fixed));
    if (words?.length === 1) return escapeSnippet(JSON.stringify(words[0]));
    if (words) return `"\${${++stop}|${words.map((word) => escapeChoice(String(word))).join(',')}|}"`;
    switch ([schema.type].flat()[0]) {
      case 'boolean':
        return `\${${++stop}|true,false|}`;
      case 'number':
      case 'integer':
        return `\${${++stop}:${Number(examples?.[0] ?? 0)}}`;
      case 'array':
        if (schema.items && resolve(schema.items).type === 'string') return `["$${++stop}"]`;
        return `[\n${indent}\t$${++stop}\n${indent}]`;
      case 'object': {
        const lines = required.flatMap((key) => {
          const member = properties[key];
          if (!member) return [];
          const known = given[key];
          const value = known === undefined ? write(member, `${indent}\t`) : escapeSnippet(JSON.stringify(known));
          return [`${indent}\t${JSON.stringify(key)}: ${value}`];
        });
        return lines.length === 0 ? `{$${++stop}}` : `{\n${lines.join(',\n')}\n${indent}}`;
      }
      default:
        return `"$${++stop}"`;
    }
  };
  return write(schema, '');
}

/** Text that stands in a snippet as it is. */
export const escapeSnippet = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

const escapeChoice = (text: string): string => escapeSnippet(text).replace(/[,|]/g, '\\$&');
