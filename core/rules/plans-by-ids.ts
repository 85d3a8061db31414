import { planPartsOf } from '../read/plan-parts.ts';
import { readSource } from '../read/source.ts';
import type { PlanPlace } from './facts.ts';

/** Where very many have one id, so many are looked at: it is asked with every keystroke. */
const mostShown = 10;

/**
 * Finds plan documents by their ids, whatever the case; `textOf` gives an empty text for what cannot be read. All are read once, and only those that
 * can have an id are parsed for it: hardly two have the same.
 */
export function plansByIds(
  files: readonly string[],
  textOf: (file: string) => string,
): (planId: string) => readonly PlanPlace[] {
  const having = new Map<string, string[]>();
  for (const file of files)
    for (const [, id = ''] of textOf(file).matchAll(/"plan_id"\s*:\s*"([^"]*)"/g))
      having.set(id.toLowerCase(), [...(having.get(id.toLowerCase()) ?? []), file]);
  return (planId) =>
    (having.get(planId.toLowerCase()) ?? []).slice(0, mostShown).flatMap((file) => {
      const found = planPartsOf(readSource(file, textOf(file), 'json')).planId;
      return found?.value.toLowerCase() === planId.toLowerCase() ? [{ file, range: found.range }] : [];
    });
}
