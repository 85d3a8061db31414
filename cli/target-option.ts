import type { Command } from 'commander';
import type { TargetId } from '../core/index.ts';
import type { CommonOptions } from './context.ts';
import { inputFailure, namedTarget } from './named-plan.ts';

/** Options of a command that is about one target. */
export interface TargetOption extends CommonOptions {
  readonly target: string;
}

export const withTarget = (command: Command): Command =>
  command.requiredOption('--target <id>', 'the target, as the deploy config or a plan document names it');

export function targetOf({ target }: TargetOption): TargetId {
  const named = namedTarget(target);
  if (named === undefined) throw inputFailure('BAD_TARGET', 'Name a target with --target.');
  return named;
}
