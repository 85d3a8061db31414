import type { FileRename, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import type { Around } from '../around.ts';
import { toLspRange } from '../convert.ts';
import { pathOfUri } from '../file-uri.ts';
import type { Project, Projects } from '../project.ts';
import { namesOf, type ProjectDocument } from '../project-documents.ts';

/** A file or folder that gets another path. Both absolute, with `/`. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/** What plan documents of all projects must say once files have been renamed; null where none names one of them. */
export function editForRenames(
  files: readonly FileRename[],
  projects: Projects,
  { documentsOf }: Pick<Around, 'documentsOf'>,
): WorkspaceEdit | null {
  const renamed = files.flatMap(({ oldUri, newUri }) => {
    const [from, to] = [pathOfUri(oldUri), pathOfUri(newUri)];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  const touched = new Map(renamed.map(({ from }) => projects.of(from)).map((project) => [project.root, project]));
  const documentChanges = [...touched.values()].flatMap(
    (project) => editForRenamed(project, documentsOf(project), renamed)?.documentChanges ?? [],
  );
  return documentChanges.length === 0 ? null : { documentChanges };
}

/** What plan documents must say once files have been renamed; undefined where none names one of them. A file that leaves the project is left to the diagnostics. */
export function editForRenamed(
  { root, relative }: Pick<Project, 'root' | 'relative'>,
  documents: readonly ProjectDocument[],
  renamed: readonly Renamed[],
): WorkspaceEdit | undefined {
  const moves = renamed
    .filter(({ from, to }) => isBelow(from, root) && isBelow(to, root))
    .map(({ from, to }) => ({ from: relative(from), to: relative(to) }));
  const documentChanges = documents.flatMap((document): TextDocumentEdit[] => {
    const edits = namesOf(document).flatMap(({ kind, name, range }) => {
      const to = kind === 'script' ? movedTo(name, moves) : undefined;
      return to === undefined ? [] : [{ range: toLspRange(range), newText: JSON.stringify(to).slice(1, -1) }];
    });
    const textDocument = { uri: document.uri, version: document.version };
    return edits.length === 0 ? [] : [{ textDocument, edits }];
  });
  return documentChanges.length === 0 ? undefined : { documentChanges };
}

function movedTo(name: string, moves: readonly Renamed[]): string | undefined {
  for (const { from, to } of moves) {
    if (name === from) return to;
    if (name.startsWith(`${from}/`)) return to + name.slice(from.length);
  }
  return undefined;
}

const isBelow = (path: string, root: string): boolean => path.startsWith(root.endsWith('/') ? root : `${root}/`);
