import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { checkPlanText, isDeployConfigName, noFacts, type PlanDocument, scriptPaths } from '../core/index.ts';
import { pathOfUri } from './file-uri.ts';
import type { OpenDocument } from './open-document.ts';
import { entriesOf, type Looking, planFilesBelow } from './plan-files.ts';
import type { Project, Projects } from './project.ts';

/** A script of a project, and the plan documents that may name it. */
export interface NamingPlans {
  readonly project: Project;
  /** The script, relative to the project. */
  readonly script: string;
  /** Those that do. */
  readonly documents: readonly PlanDocument[];
  /** All of the project; undefined where one of them cannot be read. */
  readonly all: readonly PlanDocument[] | undefined;
}

/** Finds the plan documents that name a SQL file, and remembers what it read until something on disk changes. */
export interface SqlPlans {
  /** Undefined for a file of no project. */
  of(path: string): NamingPlans | undefined;
  refresh(): void;
}

export function createSqlPlans(
  projects: Projects,
  openPlans: () => readonly OpenDocument[],
  looking: Looking,
): SqlPlans {
  const { log } = looking;
  const roots = new Map<string, string | undefined>();
  const plans = new Map<string, ReadonlyMap<string, PlanDocument | undefined>>();
  /** The nearest folder upwards with a deploy config or a `deployments` folder. */
  const rootOf = (folder: string): string | undefined => {
    if (roots.has(folder)) return roots.get(folder);
    const isRoot = entriesOf(folder, log).some((entry) =>
      entry.isDirectory() ? entry.name === 'deployments' : isDeployConfigName(entry.name),
    );
    const parent = posix.dirname(folder);
    const root = isRoot ? folder : parent === folder ? undefined : rootOf(parent);
    roots.set(folder, root);
    return root;
  };
  const plansBelow = (root: string): ReadonlyMap<string, PlanDocument | undefined> => {
    const known = plans.get(root);
    if (known) return known;
    const found = new Map(planFilesBelow(root, looking).map((path) => [path, documentIn(path, log)]));
    plans.set(root, found);
    return found;
  };
  return {
    of(path) {
      const root = rootOf(posix.dirname(path));
      if (root === undefined) return undefined;
      const project = projects.of(posix.join(root, 'deployments/plan.srdeploy'));
      const script = project.relative(path);
      const all = new Map(plansBelow(root));
      // A plan that is open counts as it stands in the editor; while it cannot be read, as it stands on disk.
      for (const { uri, source } of openPlans()) {
        const file = pathOfUri(uri);
        const document = checkPlanText(source.file, source.text, noFacts).document;
        if (file?.startsWith(`${root}/`) && document) all.set(file, document);
      }
      const documents = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, document]) => document ?? []);
      return {
        project,
        script,
        documents: documents.filter((document) => scriptPaths(document).includes(script)),
        all: documents.length === all.size ? documents : undefined,
      };
    },
    refresh() {
      roots.clear();
      plans.clear();
    },
  };
}

function documentIn(path: string, log: (message: string) => void): PlanDocument | undefined {
  try {
    return checkPlanText(path, readFileSync(path, 'utf8'), noFacts).document;
  } catch (error) {
    log(`${path} cannot be read: ${String(error)}`);
    return undefined;
  }
}
