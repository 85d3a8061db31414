import type { Location } from 'vscode-languageserver/node';
import { itemsOf, propertyOf, rangeOf } from '../../core/index.ts';
import type { Around } from '../around.ts';
import { toLspRange } from '../convert.ts';
import { pathOfUri } from '../file-uri.ts';
import type { Projects } from '../project.ts';
import { namesOf, type ProjectDocument } from '../project-documents.ts';

/**
 * Where plan documents and deploy configs name files, or something in folders, that are there or were there. A pattern that matches many files names none
 * of them.
 */
export function usersOf(uris: readonly string[], projects: Projects, around: Pick<Around, 'documentsOf'>): Location[] {
  const found = uris.flatMap((uri) => {
    const path = pathOfUri(uri);
    const project = path === undefined ? undefined : projects.of(path);
    if (path === undefined || !project) return [];
    const file = project.relative(path);
    const isMeant = (name: string) => name === file || name.startsWith(`${file}/`);
    return around.documentsOf(project).flatMap((document) => placesIn(document, isMeant));
  });
  return [...new Map(found.map((place) => [JSON.stringify(place), place])).values()];
}

function placesIn(document: ProjectDocument, isMeant: (name: string) => boolean): Location[] {
  const { uri } = document;
  const names = namesOf(document).filter(({ kind, name }) => kind === 'script' && isMeant(name));
  if (document.kind === 'plan' || 'names' in document)
    return names.map(({ range }) => ({ uri, range: toLspRange(range) }));
  const { source } = document;
  const patterns = itemsOf(propertyOf(source.root, 'groups')?.value).flatMap((group) =>
    itemsOf(propertyOf(group, 'file_patterns')?.value),
  );
  return patterns
    .filter(({ value }) => typeof value === 'string' && isMeant(value.replace(/^(?:\.\/)+/, '')))
    .map((node) => ({ uri, range: toLspRange(rangeOf(source, node)) }));
}
