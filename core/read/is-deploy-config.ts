import { itemsOf, propertyOf } from './json-nodes.ts';
import { type JsonNode, readSource } from './source.ts';

const OUR_SCHEMA = /(?:^|[/\\])deploy-config\.schema\.json(?:$|[?#])/;

/**
 * Whether a JSON text with comments, whatever its name, says that it is a deploy config: it names our schema, or has groups with a name, an
 * order and files or a command. Never throws, however broken or deeply nested the text is.
 */
export function isDeployConfigText(text: string): boolean {
  // Most of everybody else's JSON need not be parsed.
  if (!/"(?:\$schema|groups)"/.test(text)) return false;
  const { root } = readSource('', text, 'jsonc');
  const schema: unknown = propertyOf(root, '$schema')?.value.value;
  if (typeof schema === 'string') return OUR_SCHEMA.test(schema);
  const groups = itemsOf(propertyOf(root, 'groups')?.value);
  return groups.length > 0 && groups.every(isGroup);
}

const isGroup = (node: JsonNode): boolean =>
  typeof propertyOf(node, 'name')?.value.value === 'string' &&
  typeof propertyOf(node, 'order')?.value.value === 'number' &&
  ['file_patterns', 'deploy_command', 'build_command'].some((name) => propertyOf(node, name) !== undefined);
