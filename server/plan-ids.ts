import { readFileSync } from 'node:fs';
import { plansByIds } from '../core/index.ts';
import { type Looking, planFilesBelow } from './plan-files.ts';
import { isGone, type PlanIds } from './project.ts';

/** Finds plan documents on disk by their ids. */
export function createPlanIds(looking: Looking): PlanIds {
  const { log } = looking;
  const known = new Map<string, ReturnType<typeof plansByIds>>();
  const textOf = (path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (!isGone(error)) log(`${path} cannot be read: ${String(error)}`);
      return '';
    }
  };
  return {
    of({ root, relative, absolute }, planId) {
      const plans =
        known.get(root) ?? plansByIds(planFilesBelow(root, looking).map(relative), (file) => textOf(absolute(file)));
      known.set(root, plans);
      return plans(planId);
    },
    refresh: () => known.clear(),
  };
}
