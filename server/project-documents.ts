import { readFileSync } from 'node:fs';
import { readSource, type Source } from '../core/index.ts';
import { pathOfUri, uriOfPath } from './file-uri.ts';
import type { OpenDocument } from './open-document.ts';
import { type Looking, planFilesBelow } from './plan-files.ts';
import { isGone, type Project } from './project.ts';

/** A plan document or deploy config of a project, as it stands in the editor or else on disk. */
export interface ProjectDocument {
  readonly uri: string;
  /** Null where it is not open. */
  readonly version: number | null;
  readonly kind: OpenDocument['kind'];
  readonly source: Source;
}

/** Reads the documents of a project that name the same things, and remembers them until something on disk changes. */
export interface ProjectDocuments {
  of(project: Project): readonly ProjectDocument[];
  refresh(): void;
}

export function createProjectDocuments(open: () => readonly OpenDocument[], looking: Looking): ProjectDocuments {
  const { log } = looking;
  const onDisk = new Map<string, readonly ProjectDocument[]>();
  const below = (project: Project): readonly ProjectDocument[] => {
    const known = onDisk.get(project.root);
    if (known) return known;
    const config = project.configFile();
    const found = [
      ...(config === undefined ? [] : documentIn(project, project.absolute(config), 'config', log)),
      ...planFilesBelow(project.root, looking).flatMap((path) => documentIn(project, path, 'plan', log)),
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
    const source = readSource(project.relative(path), readFileSync(path, 'utf8'), kind === 'plan' ? 'json' : 'jsonc');
    return [{ uri: uriOfPath(path), version: null, kind, source }];
  } catch (error) {
    if (!isGone(error)) log(`${path} cannot be read: ${String(error)}`);
    return [];
  }
}
