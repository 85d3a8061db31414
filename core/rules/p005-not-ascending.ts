import { migrationName } from '../read/migration-name.ts';
import { compareVersions } from '../read/migration-version.ts';
import type { OperationPart } from '../read/plan-parts.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

interface Versioned {
  readonly version: string;
  readonly operation: OperationPart;
}

/** A migration that stands behind one of the same folder with a higher version: a folder would be applied the other way round. */
export const notAscending: Rule = {
  code: 'P005',
  find({ file, operations }, facts) {
    const highest = new Map<string, Versioned>();
    const seen = new Set<string>();
    return operations.flatMap((operation) => {
      const { type, script } = operation;
      // One that is not there, or that stands twice, is told as that.
      if (type?.value !== 'migration' || !script || seen.has(script.value)) return [];
      seen.add(script.value);
      const name = migrationName(script.value);
      if (name.kind !== 'versioned' || facts.scriptAt(script.value) === 'missing') return [];
      const folder = script.value.slice(0, script.value.lastIndexOf('/') + 1);
      const before = highest.get(folder);
      if (!before || compareVersions(before.version, name.version) <= 0) {
        highest.set(folder, { version: name.version, operation });
        return [];
      }
      if (waitsFor(before.operation, operation)) return [];
      const message = `Version ${name.version} comes behind version ${before.version} of the same folder. Put the steps into the order of their versions, so that a plan and the folder apply them alike.`;
      const place = before.operation.script?.range;
      const related = place ? [{ file, range: place, message: `Version ${before.version} stands here.` }] : [];
      return [problemAt({ file, range: script.range }, 'P005', message, { severity: 'warning', related })];
    });
  },
};

/** The one that stands before runs behind the other all the same. */
const waitsFor = ({ dependsOn }: OperationPart, { id }: OperationPart): boolean =>
  id !== undefined && dependsOn?.some(({ value }) => value === id.value) === true;
