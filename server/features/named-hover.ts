import { createHash } from 'node:crypto';
import { type JsonNode, nodeAt, propertyOf } from '../../core/index.ts';
import type { Around } from '../around.ts';
import type { OpenDocument } from '../open-document.ts';
import type { ProjectDocument } from '../project-documents.ts';
import { fenced } from './fenced.ts';
import type { NameUse } from './names.ts';

/** So many lines of a script tell what it is about. */
const LINES = 12;
const LONGEST = 160;

/** What a name stands for, as Markdown: the beginning of a script, where a connection leads, what a variable is for. Undefined where nothing is known. */
export function describeName(document: OpenDocument, named: NameUse, around: Around): string | undefined {
  if (named.kind === 'script') return describeScript(document, named.name, around);
  const documents = document.project ? around.documentsOf(document.project) : [document];
  const config = document.kind === 'config' ? document : documents.find(({ kind }) => kind === 'config');
  if (!config) return undefined;
  const { name } = named;
  switch (named.kind) {
    case 'connection':
      return describeConnection(name, valueIn(config, 'connections', name));
    case 'target':
      return describeTarget(name, valueIn(config, 'targets', name));
    case 'variable':
      return describeVariable(name, valueIn(config, 'environment', name));
    default:
      return undefined;
  }
}

function describeScript({ project }: OpenDocument, path: string, around: Around): string | undefined {
  const text = project && around.textOf(project.absolute(path));
  if (text === undefined) return undefined;
  const lines = text.split(/\r?\n/);
  const shown = lines.slice(0, LINES).map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line));
  const more = lines.length > LINES ? `\n-- ${lines.length - LINES} more lines` : '';
  // A script that reads others has them in its checksum too.
  const checksum = /^\s*\\i/m.test(text)
    ? ''
    : `\n\nChecksum \`${sha256(text.replaceAll('\r\n', '\n')).slice(0, 16)}\``;
  return `**${path}**\n\n${fenced('sql', shown.join('\n').trimEnd() + more)}${checksum}`;
}

function describeConnection(name: string, value: JsonNode | undefined): string | undefined {
  const text = (key: string) => textIn(value, key);
  const backend = text('backend');
  if (backend === undefined) return undefined;
  const port = propertyOf(value, 'port')?.value.value;
  const place =
    text('file') ?? `${text('host') ?? ''}${typeof port === 'number' ? `:${port}` : ''}/${text('database') ?? ''}`;
  const password = text('password');
  return [
    `**Connection ${name}**`,
    `${backend} · \`${place}\``,
    text('username') && `User: \`${text('username')}\``,
    password && `Password: ${/^\$\{(?:env|secret):\w+\}$/.test(password) ? `from \`${password}\`` : 'written here'}`,
  ]
    .filter(Boolean)
    .join('  \n');
}

function describeTarget(name: string, value: JsonNode | undefined): string | undefined {
  if (!value) return undefined;
  const told = ['name', 'kind', 'connection_ref', 'host', 'region'].flatMap((key) => {
    const text = textIn(value, key);
    return text === undefined ? [] : [`${key.replace('connection_ref', 'connection')}: ${text}`];
  });
  return [`**Target ${name}**`, ...told].join('  \n');
}

function describeVariable(name: string, value: JsonNode | undefined): string | undefined {
  if (!value) return undefined;
  const isSecret = propertyOf(value, 'secret')?.value.value === true;
  const usual = value.type === 'string' ? String(value.value) : textIn(value, 'default');
  return [
    `**${isSecret ? 'Secret' : 'Variable'} ${name}**`,
    textIn(value, 'description'),
    !isSecret && usual && `Unless it is set: \`${usual}\``,
    `Set it with \`srdeploy env set ${name}${isSecret ? ' --secret' : ''}\`.`,
  ]
    .filter(Boolean)
    .join('  \n');
}

const valueIn = (config: ProjectDocument, section: string, name: string): JsonNode | undefined =>
  'names' in config ? undefined : nodeAt(config.source.root, [section, name]);

function textIn(node: JsonNode | undefined, key: string): string | undefined {
  const value: unknown = propertyOf(node, key)?.value.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
