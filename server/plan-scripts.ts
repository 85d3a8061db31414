import { itemsOf, propertyOf } from '../core/index.ts';
import { pathOfUri } from './file-uri.ts';
import type { OpenDocument } from './open-document.ts';
import { type Looking, planFilesBelow } from './plan-files.ts';
import type { Project } from './project.ts';
import type { ProjectFiles } from './project-files.ts';

/** The scripts and rollbacks that a plan document names. */
export interface PlanScripts {
  /** Absolute, with `/`. */
  readonly path: string;
  readonly scripts: readonly string[];
}

/** Finds out what the plan documents of a project name, and looks again when something on disk has changed. */
export interface PlansScripts {
  of(project: Project): readonly PlanScripts[];
  refresh(): void;
}

/** Plans that nobody has open are not parsed: a project may have hundreds, and a key is waiting. */
export function createPlansScripts(
  open: () => readonly OpenDocument[],
  looking: Looking,
  { textOf, stampOf }: ProjectFiles,
): PlansScripts {
  const below = new Map<string, readonly PlanScripts[]>();
  const read = new Map<string, PlanScripts & { readonly stamp: string | undefined }>();
  const fresh = (path: string): PlanScripts => {
    const stamp = stampOf(path);
    const known = read.get(path);
    if (known && known.stamp === stamp) return known;
    const found = { path, stamp, scripts: scriptsWritten(textOf(path) ?? '') };
    read.set(path, found);
    return found;
  };
  return {
    of(project) {
      const opened = open().flatMap((document) => {
        const path = document.kind === 'plan' && document.project?.root === project.root && pathOfUri(document.uri);
        return path ? [{ path, scripts: scriptsIn(document) }] : [];
      });
      const known = below.get(project.root) ?? planFilesBelow(project.root, looking).map(fresh);
      below.set(project.root, known);
      const paths = new Set(opened.map(({ path }) => path));
      return [...opened, ...known.filter(({ path }) => !paths.has(path))];
    },
    refresh: () => below.clear(),
  };
}

/** What the steps of a plan name, whether it is there or not. */
export function scriptsIn({ source: { root } }: Pick<OpenDocument, 'source'>): readonly string[] {
  const steps = itemsOf(propertyOf(root, 'steps')?.value);
  return steps.flatMap((step) =>
    ['script', 'rollback'].flatMap((key) => {
      const value: unknown = propertyOf(step, key)?.value.value;
      return typeof value === 'string' ? [value] : [];
    }),
  );
}

const WRITTEN = /"(?:script|rollback)"\s*:\s*("(?:[^"\\\n]|\\.)*")/g;

function scriptsWritten(text: string): readonly string[] {
  return [...text.matchAll(WRITTEN)].flatMap(([, written = '']) => {
    try {
      return [JSON.parse(written) as string];
    } catch {
      return []; // An escape that is none: no file has such a name.
    }
  });
}
