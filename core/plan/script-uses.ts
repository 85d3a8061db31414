import type { PlanDocument } from '../model/plan-document.ts';
import { normalPath } from './compile-operations.ts';

/** A script of a document and where it runs; two databases may have one script, each in its own dialect. */
export interface ScriptUse {
  readonly path: string;
  /** The name of its connection; undefined: the target's own. */
  readonly connection: string | undefined;
}

/** The scripts of a document, rollbacks included, each once for each connection, in the order of the document. */
export function scriptUses(document: PlanDocument): readonly ScriptUse[] {
  const uses = new Map<string, ScriptUse>();
  for (const step of document.steps) {
    if (step.type !== 'migration') continue;
    for (const path of [step.script.value, step.rollback?.value]) {
      if (path === undefined || path === 'none') continue;
      const use = { path: normalPath(path), connection: step.via?.connection };
      if (!uses.has(useKey(use))) uses.set(useKey(use), use);
    }
  }
  return [...uses.values()];
}

/** Of a script on the target's own connection its path. */
export const useKey = ({ path, connection }: ScriptUse): string =>
  connection === undefined ? path : `${path}\0${connection}`;
