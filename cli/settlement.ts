import type { Command } from 'commander';
import type { SettleRequest } from '../protocol/index.ts';
import { inputFailure } from './named-plan.ts';

/** `--settle` of what makes an attempt, and the reason that it needs. */
export const withSettleOption = (
  command: Command,
  what: string,
  why = 'how you know; it stands in the journal',
): Command =>
  command
    .option(
      '--settle <step=word>',
      `say what became of ${what}: "done" or "not-done"; needs --reason; repeatable`,
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option('--reason <text>', why);

/** Of a new run. */
export const commandThatBrokeOff = 'a command in which another run broke off while it applied a migration';

export interface SettleOptions {
  readonly settle?: readonly string[];
  readonly reason?: string;
}

/** Refuses words that are none, and a reason for nothing; `skip`: a step that may be left out with the same reason, where a command knows that. */
export function checkSettlements({ settle = [], reason, skip }: SettleOptions & { readonly skip?: string }): void {
  if (reason !== undefined && settle.length === 0 && skip === undefined)
    throw inputFailure('USAGE', '--reason goes with --settle, and in a resume with --skip.');
  for (const word of settle) {
    if (!settlePattern.test(word))
      throw inputFailure('USAGE', `--settle ${word}: write the step, "=", and "done" or "not-done", such as s2=done.`);
  }
}

/** What `--settle` takes: an operation's id may hold `=` itself. */
const settlePattern = /^(.+)=(done|not-done)$/;

export function settlementIn(word: string, reason: string): SettleRequest {
  const [, operation = word, said] = settlePattern.exec(word) ?? [];
  return { operation, statement: said === 'done' ? 'done' : 'not_done', reason };
}
