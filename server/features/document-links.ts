import type { DocumentLink } from 'vscode-languageserver/node';
import { pathFault, planPartsOf, scriptPathsOf } from '../../core/index.ts';
import { toLspRange } from '../convert.ts';
import { uriOfPath } from '../file-uri.ts';
import type { OpenDocument } from '../open-document.ts';

/** A link on each script and rollback that is there, from behind the opening quote to before the closing one. */
export function linksOf({ kind, source, project }: OpenDocument): DocumentLink[] {
  if (kind !== 'plan' || !project) return [];
  return scriptPathsOf(planPartsOf(source)).flatMap(({ path: { value, range } }) => {
    if (pathFault(value) || project.facts.scriptAt(value) !== 'present') return [];
    const { start, end } = toLspRange(range);
    const inside = {
      start: { line: start.line, character: start.character + 1 },
      end: { line: end.line, character: Math.max(start.character + 1, end.character - 1) },
    };
    return [{ range: inside, target: uriOfPath(project.absolute(value)), tooltip: `Open ${value}` }];
  });
}
