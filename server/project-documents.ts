import { readFileSync } from 'node:fs';
import { readSource } from '../core/index.ts';
import { type NameUse, namesIn } from './features/names.ts';
import { pathOfUri, uriOfPath } from './file-uri.ts';
import type { OpenDocument } from './open-document.ts';
import { type Looking, planFilesBelow } from './plan-files.ts';
import { isGone, type Project } from './project.ts';

/** A plan document that nobody has open: what it names is kept, not its text. */
export interface ReadPlan {
  readonly uri: string;
  readonly version: null;
  readonly kind: 'plan';
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly names: readonly NameUse[];
}

/** A plan document or deploy config of a project, as it stands in the editor or else on disk. The version is null where it is not open. */
export type ProjectDocument =
  | (Pick<OpenDocument, 'uri' | 'kind' | 'source'> & { readonly version: number | null })
  | ReadPlan;

/** Everything that a document names, in the order of the text. */
export const namesOf = (document: ProjectDocument): readonly NameUse[] =>
  'names' in document ? document.names : namesIn(document);

/** Reads the documents of a project that name the same things, and looks again when something on disk has changed; what has not is not read again. */
export interface ProjectDocuments {
  of(project: Project): readonly ProjectDocument[];
  refresh(): void;
}

export function createProjectDocuments(
  open: () => readonly OpenDocument[],
  looking: Looking,
  stampOf: (path: string) => string | undefined,
): ProjectDocuments {
  const { log } = looking;
  const onDisk = new Map<string, readonly ProjectDocument[]>();
  const read = new Map<string, { readonly stamp: string | undefined; readonly found: readonly ProjectDocument[] }>();
  const fresh = (project: Project, path: string, kind: OpenDocument['kind']): readonly ProjectDocument[] => {
    const stamp = stampOf(path);
    const known = read.get(path);
    if (known && known.stamp === stamp) return known.found;
    const found = documentIn(project, path, kind, log);
    read.set(path, { stamp, found });
    return found;
  };
  const below = (project: Project): readonly ProjectDocument[] => {
    const known = onDisk.get(project.root);
    if (known) return known;
    const config = project.configFile();
    const found = [
      ...(config === undefined ? [] : fresh(project, project.absolute(config), 'config')),
      ...planFilesBelow(project.root, looking).flatMap((path) => fresh(project, path, 'plan')),
    ];
    onDisk.set(project.root, found);
    return found;
  };
  return {
    of(project) {
      const opened = open().filter((one) => one.project?.root === project.root);
      const paths = new Set(opened.map(({ uri }) => pathOfUri(uri)));
      return [...opened, ...below(project).filter(({ uri }) => !paths.has(pathOfUri(uri)))];
    },
    refresh: () => onDisk.clear(),
  };
}

function documentIn(
  project: Project,
  path: string,
  kind: OpenDocument['kind'],
  log: (message: string) => void,
): readonly ProjectDocument[] {
  try {
    const file = project.relative(path);
    const source = readSource(file, readFileSync(path, 'utf8'), kind === 'plan' ? 'json' : 'jsonc');
    const place = { uri: uriOfPath(path), version: null };
    return kind === 'config'
      ? [{ ...place, kind, source }]
      : [{ ...place, kind, file, names: namesIn({ kind, source }) }];
  } catch (error) {
    if (!isGone(error)) log(`${path} cannot be read: ${String(error)}`);
    return [];
  }
}
