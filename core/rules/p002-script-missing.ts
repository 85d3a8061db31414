import { nearestWord } from '../read/nearest-word.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';
import { pathFault, scriptPathsOf } from './script-paths.ts';

/** A script or rollback that is not there. Spec: plan format, "Failure Modes"; nothing runs before all are there. */
export const scriptMissing: Rule = {
  code: 'P002',
  find: (plan, facts) =>
    scriptPathsOf(plan).flatMap(({ key, path }) => {
      if (pathFault(path.value) || facts.scriptAt(path.value) !== 'missing') return [];
      const nearest = nearestScript(path.value, facts.scripts());
      const advice =
        nearest === undefined
          ? 'Create it, or correct the path; paths are relative to the project.'
          : `Did you mean "${nearest}"? Create it, or correct the path.`;
      return [
        problemAt(
          { file: plan.file, range: path.range },
          'P002',
          `The ${key} "${path.value}" does not exist. ${advice}`,
          {
            fixes:
              nearest === undefined ? [] : [replaceFix(`Change to "${nearest}"`, path.range, JSON.stringify(nearest))],
          },
        ),
      ];
    }),
};

/** The file that was most likely meant: the same name elsewhere, else a name with few slips. */
function nearestScript(path: string, scripts: readonly string[]): string | undefined {
  const sameName = scripts.filter((script) => baseName(script).toLowerCase() === baseName(path).toLowerCase());
  return sameName.length === 1 ? sameName[0] : nearestWord(path, scripts);
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
