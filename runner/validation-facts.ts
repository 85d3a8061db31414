import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Facts, plansByIds, readDeployConfig } from '../core/index.ts';
import type { Project } from './project.ts';
import { filesBelow, projectFacts } from './project-facts.ts';

/** What rules may know where documents are looked at and nothing is planned: also what stands in the documents beside the one that is judged. */
export function validationFacts({ root, configFile }: Pick<Project, 'root' | 'configFile'>): Facts {
  let plans: ReturnType<typeof plansByIds> | undefined;
  return {
    ...projectFacts(root),
    connections() {
      if (configFile === undefined) return undefined;
      const known = readDeployConfig(configFile, textIn(root, configFile)).config?.connections;
      return known && [...known.keys()];
    },
    plansWithId(planId) {
      plans ??= plansByIds(filesBelow(root, '.srdeploy'), (file) => textIn(root, file));
      return plans(planId);
    },
  };
}

function textIn(root: string, file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return ''; // Whoever validates that file is told that it cannot be read.
  }
}
