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

/** Reads a document that is ours by its language; undefined for everybody else's. */
export function openDocument(document: TextDocument, projects: Projects): OpenDocument | undefined {
  const kind = Object.hasOwn(KINDS, document.languageId) ? KINDS[document.languageId] : undefined;
  if (!kind) return undefined;
  const path = pathOfUri(document.uri);
  const project = path === undefined ? undefined : projects.of(path);
  const file = path !== undefined && project ? project.relative(path) : posix.basename(document.uri);
  const source = readSource(file, document.getText(), kind === 'plan' ? 'json' : 'jsonc');
  return {
    uri: document.uri,
    version: document.version,
    kind,
    source,
    project,
    schema: { schema: kind === 'plan' ? planDocumentSchema : deployConfigSchema, root: source.root },
    check: () =>
      kind === 'plan' ? planProblems(source, project?.facts ?? noFacts) : checkConfigSource(source).problems,
    uriOf: (named) => (named === source.file ? document.uri : project ? uriOfPath(project.absolute(named)) : undefined),
  };
}
