import type { ConfigGroup } from '../model/deploy-group.ts';
import type { CommandType, WantedVariables } from '../model/operation.ts';
import type { StepSource } from '../model/plan-document.ts';
import type { Located, Problem } from '../model/problem.ts';

/** A file of a group, with the pattern that matched it first. */
export interface MatchedFile {
  readonly path: string;
  readonly pattern: string;
}

/** One step of a deploy config, and what a plan document would not say of it. */
export interface ConfigStep {
  readonly source: StepSource;
  readonly more: StepMore;
}

export interface StepMore {
  /** What a command is for; absent: nothing but a command. */
  readonly type?: CommandType;
  readonly group?: string;
  readonly wants?: WantedVariables;
  /** The migration that a command applies, by its path. */
  readonly applies?: string;
}

/** What one part of a config comes to. */
export interface Part {
  /** In their order. The first ones wait for what the part waits for, each other one for those that it names. */
  readonly steps: readonly ConfigStep[];
  readonly problems: readonly Problem[];
}

/** The steps one after the other: each waits for the one before it, the first one for what is given. */
export function inTurn(steps: readonly ConfigStep[], first: readonly string[]): readonly ConfigStep[] {
  return steps.map((step, i) => {
    const before = steps[i - 1]?.source.id.value;
    const dependsOn = (before === undefined ? first : [before]).map(nowhere);
    return { ...step, source: { ...step.source, dependsOn } };
  });
}

/** The ids of the steps that nothing of the part waits for: whoever waits for the part waits for them. */
export const endsOf = (steps: readonly ConfigStep[]): readonly string[] =>
  steps.slice(-1).map(({ source }) => source.id.value);

const start = { line: 1, column: 1 };
/** A value that no author has written. */
export const nowhere = <T>(value: T): Located<T> => ({ value, range: { start, end: start } });

/** What kind a group is: as it says, or as its files and commands tell. Spec: rulings, "Group kind". */
export function kindOf(group: ConfigGroup, files: readonly MatchedFile[]): 'migration' | 'build' | 'deploy' {
  if (group.kind !== undefined) return group.kind;
  if (group.build || group.test) return 'build';
  return files.length > 0 && files.every(({ path }) => /\.sql$/i.test(path)) ? 'migration' : 'deploy';
}

/** The id of an operation of a group or database, by the owner's name. */
export const stepId = (owner: string, what: string): string => `${owner}:${what}`;
