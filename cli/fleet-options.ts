import { type Command, InvalidArgumentError } from 'commander';
import type { FleetPolicy } from '../core/index.ts';
import { inputFailure } from './named-plan.ts';

/** How a fleet goes about its targets. */
export interface FleetPace {
  readonly parallel?: number;
  readonly maxFailures?: number;
  readonly canary?: number;
}

/** Options that name many targets instead of one. */
export interface FleetChoice extends FleetPace {
  readonly target?: string;
  readonly targets?: readonly string[];
  readonly targetsFile?: readonly string[];
}

/** What a command needs that may run on many targets. */
export const withFleetOptions = (command: Command): Command =>
  withPaceOptions(
    command
      .option(
        '--targets <ids>',
        'run on each of these targets: ids and patterns such as "tenant-*", with commas between them; repeatable',
        (text: string, before: readonly string[] | undefined) => [...(before ?? []), ...wordsIn(text)],
      )
      .option(
        '--targets-file <file>',
        'the same from a file: one id or pattern a line, "#" begins a comment; repeatable',
        (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
      ),
  );

/** How many at once, and when to stop. */
export const withPaceOptions = (command: Command): Command =>
  command
    .option(
      '--parallel <n>',
      'run at most so many targets at once, or so many operations of one target; 1 when not given',
      countFrom(1),
    )
    .option(
      '--max-failures <n>',
      'start no further target after so many that did not succeed; 0: go on whatever happens; 1 when not given',
      countFrom(0),
    )
    .option('--canary <n>', 'run so many targets alone before the rest; one that fails stops the fleet', countFrom(0));

/** The words of a list with commas. */
export const wordsIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** A whole number that is not too small. */
export const countFrom =
  (least: number) =>
  (text: string): number => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    return value;
  };

/** True where a command is about many targets. Throws where options do not go together. */
export function isFleet(options: FleetChoice & { readonly detach?: true; readonly validateEnv?: true }): boolean {
  const named = options.targets !== undefined || options.targetsFile !== undefined;
  const paced = (['maxFailures', 'canary'] as const).filter((name) => options[name] !== undefined);
  if (!named && paced.length > 0)
    throw inputFailure('USAGE', '--max-failures and --canary go with --targets or --targets-file.');
  if (named && options.target !== undefined)
    throw inputFailure('USAGE', 'Name the targets with --targets alone, or one with --target.');
  if (named && options.validateEnv)
    throw inputFailure(
      'USAGE',
      '--validate-env is about one target. See what a target lacks with: srdeploy env list --target ID',
    );
  if (named && options.detach)
    throw inputFailure('USAGE', '--detach is about one run. A fleet that is ended goes on with: srdeploy fleet resume');
  return named;
}

export const policyOf = ({ parallel, maxFailures, canary }: FleetPace, before?: FleetPolicy): FleetPolicy => ({
  parallel: parallel ?? before?.parallel ?? 1,
  maxFailures: maxFailures ?? before?.maxFailures ?? 1,
  canary: canary ?? 0,
});
