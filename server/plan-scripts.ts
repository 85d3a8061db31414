import { planPartsOf } from '../core/index.ts';
import { pathOfUri } from './file-uri.ts';
import type { OpenDocument } from './open-document.ts';
import { type Looking, planFilesBelow } from './plan-files.ts';
import type { Project } from './project.ts';
import type { ProjectFiles } from './project-files.ts';

/** Tells of a script, by its path in the project, the first plan that names it; undefined where none does. Plans by their absolute paths. */
export type NamingPlan = (script: string) => string | undefined;

/** Finds out what the plan documents of a project name, and looks again when something on disk has changed. */
export interface PlansScripts {
  /** Leaves one plan out. */
  besides(project: Project, plan: string | undefined): NamingPlan;
  refresh(): void;
}

/** By script, the plans that name it. */
type Naming = ReadonlyMap<string, readonly string[]>;

/** Plans that nobody has open are not parsed: a project may have hundreds, and a key is waiting. */
export function createPlansScripts(
  open: () => readonly OpenDocument[],
  looking: Looking,
  { textOf, stampOf }: ProjectFiles,
): PlansScripts {
  const onDisk = new Map<string, Naming>();
  const read = new Map<string, { readonly stamp: string | undefined; readonly scripts: readonly string[] }>();
  const scriptsAt = (path: string): readonly string[] => {
    const stamp = stampOf(path);
    const known = read.get(path);
    if (known && known.stamp === stamp) return known.scripts;
    const scripts = scriptsWritten(textOf(path) ?? '');
    read.set(path, { stamp, scripts });
    return scripts;
  };
  const below = ({ root }: Project): Naming => {
    const known = onDisk.get(root);
    if (known) return known;
    const found = namingOf(planFilesBelow(root, looking).map((path) => [path, scriptsAt(path)]));
    onDisk.set(root, found);
    return found;
  };
  return {
    besides(project, plan) {
      const opened = open().flatMap((document): [string, readonly string[]][] => {
        const path = pathOfUri(document.uri);
        const isOurs = document.kind === 'plan' && document.project?.root === project.root;
        return isOurs && path !== undefined ? [[path, path === plan ? [] : scriptsIn(document)]] : [];
      });
      const others = namingOf(opened);
      const passed = new Set([plan, ...opened.map(([path]) => path)]);
      const closed = below(project);
      return (script) => others.get(script)?.[0] ?? closed.get(script)?.find((path) => !passed.has(path));
    },
    refresh: () => onDisk.clear(),
  };
}

function namingOf(plans: readonly (readonly [path: string, scripts: readonly string[]])[]): Naming {
  const found = new Map<string, string[]>();
  for (const [path, scripts] of plans)
    for (const script of new Set(scripts)) {
      const known = found.get(script);
      if (known) known.push(path);
      else found.set(script, [path]);
    }
  return found;
}

/** What the steps of a plan name, whether it is there or not. */
export const scriptsIn = ({ source }: Pick<OpenDocument, 'source'>): readonly string[] =>
  planPartsOf(source).operations.flatMap(({ script, rollback }) =>
    [script, rollback].flatMap((one) => one?.value ?? []),
  );

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
