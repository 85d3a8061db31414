import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProduction, isRunId, type Plan, type RunId } from '../core/index.ts';

/** Where a project keeps its runs. */
export const runsFolder = (project: string): string => join(project, '.srdeploy', 'runs');

const runFile = (project: string, run: RunId, name: string): string => join(runsFolder(project), run, name);

export const journalFile = (project: string, run: RunId): string => runFile(project, run, 'events.jsonl');
export const controlFile = (project: string, run: RunId): string => runFile(project, run, 'control.json');

/** Whether a rollback of the run was begun, at whatever time and by whomever. */
export const isMarkedRolledBack = ({ project, run }: RunRef): boolean => existsSync(runFile(project, run, 'rollbacks'));

/** One run of one project: what commands, tree nodes and panels name it by. */
export interface RunRef {
  /** Absolute path. */
  readonly project: string;
  readonly run: RunId;
}

/** A run named by whatever came in: a tree node, a panel's kept state, an argument of a keybinding. Undefined where it names none. */
export function runRefOf(value: unknown): RunRef | undefined {
  const { project, run } = (value ?? {}) as { readonly project?: unknown; readonly run?: unknown };
  if (typeof project !== 'string' || typeof run !== 'string' || !isRunId(run)) return undefined;
  return { project, run };
}

/** The group of each operation that is in one, by the operation's id, from the run's stored plan; undefined where there is none. */
export async function operationGroups({ project, run }: RunRef): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const plan = JSON.parse(await readFile(runFile(project, run, 'plan.json'), 'utf8')) as Partial<Plan>;
    const grouped = (plan.operations ?? []).flatMap(({ id, group }) => (group === undefined ? [] : [[id, group]]));
    return grouped.length === 0 ? undefined : Object.fromEntries(grouped);
  } catch {
    // No plan on disk (yet): operations stand under their phases.
    return undefined;
  }
}

/** Whether a run goes to production, from its stored plan; its target's id decides where that cannot be read. */
export async function isProductionRun({ project, run }: RunRef, target: string): Promise<boolean> {
  try {
    const plan = JSON.parse(await readFile(runFile(project, run, 'plan.json'), 'utf8')) as Partial<Plan>;
    if (plan.target) return isProduction(plan.target);
  } catch {
    // No plan on disk (yet): the name of the target is all there is to go by.
  }
  return isProduction({ id: target as Plan['target']['id'], name: target, kind: undefined });
}
