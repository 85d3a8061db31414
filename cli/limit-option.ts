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
export const withLimitOption = (command: Command, what: string): Command =>
  command.option('--limit <n>', what, wholeNumber);

/** A migration that waits, as the target says. */
export interface Waiting {
  readonly file: string;
  readonly version: string;
}

/** The first migrations that wait on a target, in order, and those that a limit leaves out; `left` has at least one. */
export interface Limited {
  readonly taken: readonly Waiting[];
  readonly left: readonly Waiting[];
}

/** What a limit makes of the migrations that wait; undefined where it leaves none out. Refused where the target cannot be read. */
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
  return { taken: waiting.slice(0, limit), left: waiting.slice(limit) };
}

/** The version that a plan stops at to take these and no more. Refused where no version says that. */
export function versionToStopAt({ taken, left }: Limited): string {
  const [last, next] = [taken.at(-1), left[0]];
  if (!last || !/\d/.test(last.version))
    throw inputFailure(
      'USAGE',
      `Migration ${taken.length} of those that wait has no version to stop at: ${last?.file}. Use another --limit.`,
    );
  if (last.version !== next?.version) return last.version;
  throw inputFailure(
    'USAGE',
    `${last.file} and ${next.file}, which the limit leaves out, have one version, ${last.version}: no plan stops between them. Use another --limit.`,
  );
}

const mostNamed = 3;

/** What a limit takes and leaves out, for people. */
export function limitNote(taken: number, left: readonly string[]): string {
  const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : '';
  return `--limit: ${taken} of ${taken + left.length} migrations are taken; left: ${left.slice(0, mostNamed).join(', ')}${more}\n`;
}

export const filesOf = (waiting: readonly Waiting[]): readonly string[] => waiting.map(({ file }) => file);
