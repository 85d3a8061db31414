import {
  commandKeys,
  itemsOf,
  type JsonNode,
  propertiesOf,
  propertyOf,
  type Range,
  type Source,
  setsVariable,
} from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';

/** What a name stands for. Steps, checks and groups are known in their document only, everything else in the whole project. */
export type NameKind = 'step' | 'group' | 'database' | 'target' | 'connection' | 'variable' | 'script';

/** A place where something is named. The range holds the name alone, without quotes. */
export interface NameUse {
  readonly kind: NameKind;
  readonly name: string;
  readonly range: Range;
  readonly isDefinition: boolean;
}

export const isLocalName = (kind: NameKind): boolean => kind === 'step' || kind === 'group' || kind === 'database';

/** `${env:NAME}`, `${secret:NAME}`, and in a command `$NAME` and `${NAME}` as shells write them. */
const REFERENCE = /\$\{(?:env|secret):([A-Za-z_]\w*)\}/g;
const SHELL_VARIABLE = /\$(?:\{(?!(?:env|secret):\w)([A-Za-z_]\w*)[}:#%/-]|([A-Za-z_]\w*))/g;
const COMMANDS = new Set([...commandKeys, 'command']);

/** Everything that a document names, in the order of the text. */
export function namesIn({ kind, source }: Pick<OpenDocument, 'kind' | 'source'>): readonly NameUse[] {
  const found = createFound(source);
  if (kind === 'plan') planNames(found, source);
  else configNames(found, source);
  visit(source.root, '', false, found);
  return found.uses.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column,
  );
}

function planNames({ name }: Found, { root }: Source): void {
  name('target', propertyOf(propertyOf(root, 'target_env')?.value, 'id')?.value, false);
  for (const phase of ['pre_checks', 'steps', 'post_checks'])
    for (const operation of itemsOf(propertyOf(root, phase)?.value)) {
      name('step', propertyOf(operation, 'id')?.value, true);
      for (const one of itemsOf(propertyOf(operation, 'depends_on')?.value)) name('step', one, false);
      for (const key of ['script', 'rollback']) name('script', propertyOf(operation, key)?.value, false);
    }
}

function configNames({ name }: Found, { root }: Source): void {
  const sections = {
    targets: 'target',
    connections: 'connection',
    databases: 'database',
    environment: 'variable',
  } as const;
  for (const [section, kind] of Object.entries(sections))
    for (const { key } of propertiesOf(propertyOf(root, section)?.value)) name(kind, key, true);
  for (const { value } of propertiesOf(propertyOf(root, 'targets')?.value))
    for (const { key } of propertiesOf(propertyOf(value, 'environment')?.value)) name('variable', key, false);
  for (const { value } of propertiesOf(propertyOf(root, 'databases')?.value))
    name('variable', propertyOf(value, 'connection_env')?.value, false);
  for (const group of itemsOf(propertyOf(root, 'groups')?.value)) {
    name('group', propertyOf(group, 'name')?.value, true);
    for (const one of itemsOf(propertyOf(group, 'depends_on')?.value)) name('group', one, false);
    for (const one of itemsOf(propertyOf(group, 'required_env_vars')?.value)) name('variable', one, false);
  }
}

/** What any string may name, wherever it stands: a connection by its key, variables by how they are written. */
function visit(node: JsonNode | undefined, key: string, isCommand: boolean, found: Found): void {
  if (!node) return;
  for (const item of itemsOf(node)) visit(item, key, isCommand, found);
  for (const { key: own, value } of propertiesOf(node))
    visit(value, String(own.value), isCommand || COMMANDS.has(String(own.value)), found);
  if (node.type !== 'string') return;
  if (key === 'connection_ref') found.name('connection', node, false);
  found.inside(node, REFERENCE);
  // What a command sets itself is its own.
  if (isCommand) found.inside(node, SHELL_VARIABLE, (name) => !setsVariable(String(node.value), name));
}

interface Found {
  readonly uses: NameUse[];
  /** A whole string, where it is one and closed. */
  name(kind: NameKind, node: JsonNode | undefined, isDefinition: boolean): void;
  /** Variables inside a string, as it is written. */
  inside(node: JsonNode, pattern: RegExp, isMeant?: (name: string) => boolean): void;
}

function createFound({ text, lines }: Source): Found {
  const uses: NameUse[] = [];
  return {
    uses,
    name(kind, node, isDefinition) {
      if (node?.type !== 'string' || node.value === '' || !isClosed(text, node)) return;
      const range = lines.range(node.offset + 1, node.offset + node.length - 1);
      uses.push({ kind, name: String(node.value), range, isDefinition });
    },
    inside(node, pattern, isMeant = () => true) {
      const written = text.slice(node.offset, node.offset + node.length);
      for (const match of written.matchAll(pattern)) {
        const name = match[1] ?? match[2] ?? '';
        if (!isMeant(name)) continue;
        const start = node.offset + match.index + match[0].lastIndexOf(name);
        uses.push({ kind: 'variable', name, range: lines.range(start, start + name.length), isDefinition: false });
      }
    },
  };
}

const isClosed = (text: string, { offset, length }: JsonNode): boolean =>
  length >= 2 && text[offset + length - 1] === '"';
