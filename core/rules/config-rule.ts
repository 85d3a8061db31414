import type { Problem } from '../model/problem.ts';
import type { ConfigParts } from '../read/config-parts.ts';
import type { Facts } from './facts.ts';

/** Something that a deploy config can have wrong although its form is right. */
export interface ConfigRule {
  /** Stable; every problem of the rule carries it. */
  readonly code: string;
  find(config: ConfigParts, facts: Facts): readonly Problem[];
}
