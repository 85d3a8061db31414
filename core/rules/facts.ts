import type { Range } from '../model/problem.ts';
import type { RuleSettings } from '../model/rule-settings.ts';

/** What rules know of the world around a document. Looked up, never awaited; `unknown` keeps a rule silent. */
export interface Facts {
  /**
   * How a path relative to the project, with `/`, stands: a file that is there, one that is not, or one that lies outside the project
   * once symbolic links are followed.
   */
  scriptAt(path: string): 'present' | 'missing' | 'outside' | 'unknown';
  /** The project's SQL files as far as they are known, relative to the project, with `/`; for suggestions only. */
  scripts(): readonly string[];
  /** The section `rules` of the project's deploy config; absent: every rule as it is. */
  rules?(): RuleSettings;
  /** The connections of the project's deploy config, by name; absent or undefined where it cannot be read. */
  connections?(): readonly string[] | undefined;
  /** Where plan documents of the project have a plan id, whatever its case; absent: not known. */
  plansWithId?(planId: string): readonly PlanPlace[];
}

/** A stretch of a plan document; its file is relative to the project, with `/`. */
export interface PlanPlace {
  readonly file: string;
  readonly range: Range;
}

/** Knows nothing, so that only the document itself is judged. */
export const noFacts: Facts = { scriptAt: () => 'unknown', scripts: () => [] };
