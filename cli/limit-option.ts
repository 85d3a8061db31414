import type { Command } from 'commander';
import { exitCodes } from '../protocol/index.ts';
import { type AnyShape, migrationStatus } from '../runner/index.ts';
import { CommandFailure, expectOk, type Opened } from './context.ts';
import { inputFailure, namedTarget } from './named-plan.ts';
import { wholeNumber } from './whole-number.ts';

export interface LimitOptions {
  readonly limit?: number;
}

/** `--limit` of a command that takes migrations in their order. */
export const withLimitOption = (command: Command, what = 'take at most so many migrations, the first ones'): Command =>
  command.option('--limit <n>', what, wholeNumber);

/** The migrations that a limit leaves, in order, and how many of those that wait it leaves out. */
export interface Limited {
  readonly files: readonly string[];
  /** Of the last one. */
  readonly version: string;
  readonly left: number;
}

/**
 * The first migrations that the target has not applied; undefined where the limit leaves none out. Refused where there is no version that the
 * plan could stop at, and where the target cannot be read.
 */
export async function firstPending(
  opened: Opened & { readonly file: string },
  { target, shape, by, limit }: { target: string | undefined; shape: AnyShape; by: string; limit: number },
): Promise<Limited | undefined> {
  const asked = { ...opened, target: namedTarget(target), shape, by };
  const view = expectOk(await migrationStatus(asked, new AbortController().signal));
  if (view.unreached !== undefined) {
    const message = `--limit cannot be counted, because the target could not be read: ${view.unreached}`;
    throw new CommandFailure({ code: 'TARGET_UNREACHED', message, exitCode: exitCodes.unknown });
  }
  // What was rolled back is applied again.
  const waiting = view.migrations.filter(({ state }) => ['pending', 'failed', 'rolled_back'].includes(state));
  if (waiting.length <= limit) return undefined;
  const taken = waiting.slice(0, limit);
  const version = taken.at(-1)?.version;
  if (!version || !/\d/.test(version))
    throw inputFailure(
      'USAGE',
      `Migration ${limit} of those that wait has no version to stop at: ${taken.at(-1)?.file}. Use another --limit.`,
    );
  if (version === waiting[limit]?.version)
    throw inputFailure(
      'USAGE',
      `Migration ${limit} of those that wait has the version of the next one, ${version}: they cannot be told apart. Use another --limit.`,
    );
  return { files: taken.map(({ file }) => file), version, left: waiting.length - limit };
}

/** What a limit has left out, for people. */
export const limitNote = ({ files, version, left }: Limited): string =>
  `--limit: ${files.length} of ${files.length + left} migrations that wait are taken, up to ${version}.`;
