import type { SettleRequest } from '../protocol/index.ts';

/** What `--settle` takes: an operation's id may hold `=` itself. */
export const settlePattern = /^(.+)=(done|not-done)$/;

export function settlementIn(word: string, reason: string): SettleRequest {
  const [, operation = word, said] = settlePattern.exec(word) ?? [];
  return { operation, statement: said === 'done' ? 'done' : 'not_done', reason };
}
