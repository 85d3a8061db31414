import type { Severity } from './problem.ts';

/** A finding that people have judged and accepted. Spec: rulings, "Format versions". */
export interface Suppression {
  /** `M012`, or the rule's word. */
  readonly code: string;
  /** Relative to the project, with `/`; undefined: every file. */
  readonly file: string | undefined;
  /** Id of the check, step or operation; undefined: every one. */
  readonly id: string | undefined;
  readonly reason: string;
}

/** The section `rules` of a deploy config: how severe rules are, by code or word, and what is accepted. */
export interface RuleSettings {
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly suppress: readonly Suppression[];
}

export const noRuleSettings: RuleSettings = { severities: new Map(), suppress: [] };
