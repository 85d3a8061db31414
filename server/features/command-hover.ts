import type { Hover, Position } from 'vscode-languageserver/node';
import {
  type CommandLine,
  fileValues,
  fillCommand,
  itemsOf,
  type JsonNode,
  jsonValueOf,
  maskShapes,
  parseCommandTemplate,
  propertiesOf,
  propertyOf,
  rangeOf,
  shellVariables,
  shownValue,
  stopsAtErrors,
} from '../../core/index.ts';
import { fromLspPosition, toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';
import { fenced } from './fenced.ts';
import { type FirstFile, firstFile } from './first-file.ts';

/**
 * What the `deploy_command` at a position runs as for the first file of its group, and what its variables are, secrets masked. Undefined where it has neither
 * placeholders nor variables that are known, and where no file matches.
 */
export function commandHover({ kind, source, project }: OpenDocument, position: Position): Hover | undefined {
  if (kind !== 'config' || !project || source.problems.length > 0) return undefined;
  const at = source.lines.offsetAt(fromLspPosition(position));
  const group = itemsOf(propertyOf(source.root, 'groups')?.value).find((one) => holds(commandOf(one), at));
  const node = commandOf(group);
  if (!group || !node) return undefined;
  const command = jsonValueOf(node) as string | readonly string[];
  const parsed = parseCommandTemplate(command);
  if (parsed.type === 'refused') return undefined;
  const { names } = parsed.template;
  const file = names.length > 0 ? firstFile(project.root, textsOf(group, 'file_patterns')) : undefined;
  const known = variablesOf(source.root, [command].flat().join('\n'));
  if (names.length > 0 ? !file : known.length === 0) return undefined;
  const folder = String(propertyOf(group, 'working_directory')?.value.value ?? '.');
  const filled = fillCommand(parsed.template, file ? fileValues(file.path, file.pattern, folder, names) : {});
  if (filled.type === 'refused') return undefined;
  const value = [heading(file), fenced('sh', maskShapes(textOf(stopsAtErrors(filled.command)), MASK)), ...known];
  return { contents: { kind: 'markdown', value: value.join('\n\n') }, range: toLspRange(rangeOf(source, node)) };
}

const MASK = '***';

const commandOf = (group: JsonNode | undefined): JsonNode | undefined => {
  const node = propertyOf(group, 'deploy_command')?.value;
  const isCommand = node?.type === 'string' || itemsOf(node).some(({ type }) => type === 'string');
  return isCommand && itemsOf(node).every(({ type }) => type === 'string') ? node : undefined;
};

const holds = (node: JsonNode | undefined, at: number): boolean =>
  node !== undefined && node.offset <= at && at <= node.offset + node.length;

const textsOf = (object: JsonNode, key: string): readonly string[] =>
  itemsOf(propertyOf(object, key)?.value).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));

const heading = (file: FirstFile | undefined): string =>
  file ? `**Runs as** for \`${file.path}\`, the first file of \`${file.pattern}\`` : '**Runs as**';

/** A command as a person would type it. */
function textOf(command: CommandLine): string {
  if (command.type === 'argv') return command.argv.map(quoted).join(' ');
  const { text, positional = [] } = command;
  return text.replaceAll(/"\$\{(\d+)\}"|\$\{(\d+)\}/g, (whole, alone?: string, inside?: string) => {
    const value = positional[Number(alone ?? inside) - 1];
    if (value === undefined) return whole;
    return alone === undefined ? escaped(value) : quoted(value);
  });
}

const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `"${escaped(word)}"`);
const escaped = (text: string): string => text.replaceAll(/["$`\\]/g, '\\$&');

/** One line for each variable of the command that the config gives a value to: the usual one, and those of targets. */
function variablesOf(root: JsonNode | undefined, text: string): readonly string[] {
  const targets = propertiesOf(propertyOf(root, 'targets')?.value);
  return shellVariables(text).flatMap((name) => {
    const said = propertyOf(propertyOf(root, 'environment')?.value, name)?.value;
    const isSecret = propertyOf(said, 'secret')?.value.value === true;
    const shown = (node: JsonNode | undefined) =>
      node?.type === 'string' ? [`\`${shownValue(name, String(node.value), isSecret)}\``] : [];
    const values = [
      ...shown(said?.type === 'string' ? said : propertyOf(said, 'default')?.value),
      ...targets.flatMap(({ key, value }) => {
        const own = propertyOf(propertyOf(value, 'environment')?.value, name)?.value;
        return shown(own).map((one) => `on ${String(key.value)} ${one}`);
      }),
    ];
    return values.length === 0 ? [] : [`\`$${name}\` is ${values.join(', ')}`];
  });
}
