import type { Command } from 'commander';
import type { Consent } from '../protocol/index.ts';
import type { CommonOptions } from './context.ts';
import { settlementIn } from './settlement.ts';

export interface ActCommandOptions extends CommonOptions {
  readonly yes?: true;
  readonly confirm?: readonly string[];
  readonly approve?: string;
  readonly autoContinue?: true;
  readonly continueOnFailure?: boolean;
  readonly skipValidation?: true;
  readonly parallel?: number;
  readonly detach?: true;
  readonly events?: true;
}

/** Options of everything that acts on a target. */
export const withActOptions = (command: Command): Command =>
  command
    .option('--skip-validation', 'run although variables that are required have no value')
    .option('--yes', 'give the confirmations that need no typed text')
    .option('--confirm <text>', 'give a typed confirmation, such as the id of a production target; repeatable', collect)
    .option('--approve <comment>', 'record your own approval, where the target allows it')
    .option('--auto-continue', 'pass pauses without waiting')
    .option(
      '--continue-on-failure',
      'after a failure go on with what does not depend on it; never past a failed migration',
    )
    .option('--detach', 'run in a process of its own and print the id of the run')
    .option('--events', 'print the events of the run as JSON lines');

const collect = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

/** What the options of a command say that a person gives. */
export const consentOf = (
  options: ActCommandOptions & {
    readonly skip?: string;
    readonly skipIrreversible?: readonly string[];
    /** Each `step=done` or `step=not-done`, well-formed. */
    readonly settle?: readonly string[];
    readonly reason?: string;
  },
): Consent => ({
  confirmations: options.confirm ?? [],
  yes: options.yes === true,
  approve: options.approve,
  autoContinue: options.autoContinue === true,
  ...(options.parallel !== undefined && { parallel: options.parallel }),
  ...(options.continueOnFailure !== undefined && { continueOnFailure: options.continueOnFailure }),
  ...(options.skipValidation && { skipValidation: true }),
  approvals: 'refuse',
  ...(options.skip !== undefined && { skip: [{ operation: options.skip, reason: options.reason ?? '' }] }),
  ...(options.skipIrreversible && { skipIrreversible: options.skipIrreversible }),
  ...(options.settle && { settle: options.settle.map((word) => settlementIn(word, options.reason ?? '')) }),
});
