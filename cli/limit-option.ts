import type { Command } from 'commander';
import { type AnyShape, migrationStatus } from '../runner/index.ts';
import { expectOk, type Opened } from './context.ts';
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
 * plan could stop at.
 */
export async function firstPending(
  opened: Opened & { readonly file: string },
  { target, shape, by, limit }: { target: string | undefined; shape: AnyShape; by: string; limit: number },
): Promise<Limited | undefined> {
  const asked = { ...opened, target: namedTarget(target), shape, by };
  const view = expectOk(await migrationStatus(asked, new AbortController().signal));
  const waiting = view.migrations.filter(({ state }) => state === 'pending' || state === 'failed');
  if (view.unreached !== undefined || waiting.length <= limit) return undefined;
  const taken = waiting.slice(0, limit);
  const version = taken.at(-1)?.version;
  if (!version || !/\d/.test(version))
    throw inputFailure(
      'USAGE',
      `Migration ${limit} of those that wait has no version to stop at: ${taken.at(-1)?.file}. Use another --limit.`,
    );
  return { files: taken.map(({ file }) => file), version, left: waiting.length - limit };
}

/** What a limit has left out, for people. */
export const limitNote = ({ files, version, left }: Limited): string =>
  `--limit: ${files.length} of ${files.length + left} migrations that wait are taken, up to ${version}.`;
