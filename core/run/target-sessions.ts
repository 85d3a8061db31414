import type { Operation } from '../model/operation.ts';
import { connectionNameOf, databaseNames } from '../plan/connections-used.ts';
import { databasePlace, isSamePlace } from '../plan/database-place.ts';
import type { Databases, ResolvedConnection } from '../ports/databases.ts';
import type { AttemptRequest } from './attempt-request.ts';
import { createTargetSession, type TargetSession } from './target-session.ts';

/** The sessions of an attempt, one for each database. Spec: decision 16. */
export interface TargetSessions {
  /** The one that an operation uses. */
  of(operation: Operation): TargetSession;
  /** Those of databases that have migrations to run, in the order in which their locks are taken. */
  readonly locked: readonly TargetSession[];
  /** True in the first attempt of a run: a session of the run that holds a lock is then one of these. */
  readonly isFirst: boolean;
  /** Does one thing after another, whichever operations ask for them. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
  /** Ends all of them, and with them their locks. */
  drop(): Promise<void>;
}

/** `todo`: the operations that earlier attempts have left; `isFirst`: there were none. */
export function createTargetSessions(
  { plan, connection, connections = new Map(), run }: AttemptRequest,
  { todo, isFirst }: { readonly todo: readonly Operation[]; readonly isFirst: boolean },
  databases: Databases,
): TargetSessions {
  const own = createTargetSession(connection, databases, run);
  const made: { readonly to: ResolvedConnection; readonly session: TargetSession }[] = connection
    ? [{ to: connection, session: own }]
    : [];
  const byName = new Map<string, TargetSession>();
  for (const [name, to] of connections) {
    const same = made.find((one) => isSamePlace(one.to, to));
    const session = same?.session ?? createTargetSession(to, databases, run, databaseNames(plan, name));
    if (!same) made.push({ to, session });
    byName.set(name, session);
  }
  const sessionOf = (operation: Operation): TargetSession => {
    const name = connectionNameOf(operation);
    const session = name === undefined ? own : byName.get(name);
    if (!session) throw new Error(`The attempt was given no connection "${name}".`);
    return session;
  };
  const migrating = new Set(todo.filter(({ type }) => type === 'migration').map(sessionOf));
  let turn: Promise<unknown> = Promise.resolve();
  return {
    of: sessionOf,
    locked: inOrder(made.filter(({ session }) => migrating.has(session))),
    isFirst,
    inTurn(act) {
      const mine = turn.then(act);
      turn = mine.catch(() => undefined); // Whoever asked has the failure.
      return mine;
    },
    async drop() {
      const all = new Set([own, ...made.map(({ session }) => session)]);
      await Promise.all([...all].map((session) => session.drop()));
    },
  };
}

/** By where they are: two runs that meet in two databases take the locks in one order, whatever their plans call them. */
const inOrder = (
  made: readonly { readonly to: ResolvedConnection; readonly session: TargetSession }[],
): readonly TargetSession[] =>
  [...made].sort((a, b) => (databasePlace(a.to) < databasePlace(b.to) ? -1 : 1)).map(({ session }) => session);
