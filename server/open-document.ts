import { posix } from 'node:path';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  checkConfigSource,
  deployConfigSchema,
  noFacts,
  type Problem,
  planDocumentSchema,
  planProblems,
  readSource,
  type SchemaContext,
  type Source,
} from '../core/index.ts';
import { pathOfUri, uriOfPath } from './file-uri.ts';
import type { Project, Projects } from './project.ts';

/** An open document of ours at one version, parsed. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly kind: 'plan' | 'config';
  readonly source: Source;
  readonly schema: SchemaContext;
  /** Undefined for a document that is no file. */
  readonly project: Project | undefined;
  readonly check: () => readonly Problem[];
  /** The URI of a file that a problem names. */
  readonly uriOf: (file: string) => string | undefined;
}

const KINDS: Readonly<Record<string, OpenDocument['kind']>> = { srdeploy: 'plan', 'deploy-config': 'config' };

/** Reads a file that is ours by its name, as it stands on disk. */
export const documentOnDisk = (
  uri: string,
  kind: OpenDocument['kind'],
  text: string,
  projects: Projects,
): OpenDocument => read({ uri, version: 0, kind, text }, projects);

/** Reads a document that is ours by its language; undefined for everybody else's. */
export function openDocument(document: TextDocument, projects: Projects): OpenDocument | undefined {
  const kind = Object.hasOwn(KINDS, document.languageId) ? KINDS[document.languageId] : undefined;
  return kind && read({ uri: document.uri, version: document.version, kind, text: document.getText() }, projects);
}

interface Text extends Pick<OpenDocument, 'uri' | 'version' | 'kind'> {
  readonly text: string;
}

function read({ uri, version, kind, text }: Text, projects: Projects): OpenDocument {
  const path = pathOfUri(uri);
  const project = path === undefined ? undefined : projects.of(path);
  const file = path !== undefined && project ? project.relative(path) : posix.basename(uri);
  const facts = project?.facts ?? noFacts;
  const source = readSource(file, text, kind === 'plan' ? 'json' : 'jsonc');
  return {
    uri,
    version,
    kind,
    source,
    project,
    schema: { schema: kind === 'plan' ? planDocumentSchema : deployConfigSchema, root: source.root },
    check: () => (kind === 'plan' ? planProblems(source, facts) : checkConfigSource(source, facts).problems),
    uriOf: (named) => (named === source.file ? uri : project ? uriOfPath(project.absolute(named)) : undefined),
  };
}
