import type { DeployTask, TaskVerb } from './task-words.ts';

/** What tasks are offered for. */
export interface TaskSubject {
  /** Relative to the workspace folder. */
  readonly file: string;
  /** Of a deploy config, its targets; undefined for a plan document, which has its own. */
  readonly targets: readonly string[] | undefined;
}

/** More targets than this make a list that nobody reads; a task for one of them is written by hand. */
const MOST_TARGETS = 12;
const acting: readonly TaskVerb[] = ['plan', 'run', 'status'];

/** The tasks for a plan or config. Where nothing may be run, those that only read what is written. */
export function offeredTasks({ file, targets }: TaskSubject, mayAct: boolean): readonly DeployTask[] {
  const task = (verb: TaskVerb, target?: string): DeployTask => ({ verb, file, target, groups: [], args: [] });
  const places = targets?.slice(0, MOST_TARGETS) ?? [undefined];
  const others = mayAct ? places.flatMap((target) => acting.map((verb) => task(verb, target))) : [];
  return [task('validate'), ...others];
}
