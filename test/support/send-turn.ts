import type { Claim, DatabaseSession, Turn, TurnEnd } from '../../core/index.ts';

const never = new AbortController().signal;

/** Asks a session to apply a migration in its turn, permitted and with ten seconds unless `more` says something else. Throws where it applies none. */
export function sendTurn(
  session: DatabaseSession,
  row: Claim,
  statements: readonly string[],
  more: Partial<Turn> = {},
  signal: AbortSignal = never,
): Promise<TurnEnd> {
  const turn: Turn = {
    row,
    statements: statements.map((text) => ({ text })),
    limits: { timeoutMs: 10_000 },
    permit: () => Promise.resolve(true),
    onBegin: () => undefined,
    ...more,
  };
  const asked = session.applyTurn?.(turn, signal);
  if (!asked) throw new Error('The session applies no migrations in turn.');
  return asked;
}
