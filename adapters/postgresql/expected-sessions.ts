import { isDeepStrictEqual } from 'node:util';
import type { ConnectFailure, ConnectOptions, Databases, Notice, ResolvedConnection } from '../../core/index.ts';

type Connected = Extract<Awaited<ReturnType<Databases['connect']>>, { readonly type: 'connected' }>;

export type HeldSession = Connected & {
  /** Whether this process lives on for it. */
  hold(isHeld: boolean): void;
  isLost(): boolean;
};
type OpenSession = (
  connection: ResolvedConnection,
  options: ConnectOptions,
  signal: AbortSignal,
) => Promise<HeldSession | ConnectFailure>;

interface Expected {
  readonly connection: ResolvedConnection;
  readonly opening: Promise<HeldSession | ConnectFailure>;
  readonly abort: AbortController;
  readonly timer: NodeJS.Timeout;
  onNotice: (notice: Notice) => void;
}

/** What is not asked for by then is ended: it may wait for people now, and the server has better uses for it. Milliseconds. */
const waitsMs = 5_000;
const timeoutMs = 15_000;

/** Sessions that are connected while what needs them is being prepared, each by the marker that it will be asked for with. */
export function createExpectedSessions(open: OpenSession) {
  const expected = new Map<string, Expected>();
  const unexpect = async (marker: string): Promise<void> => {
    const found = expected.get(marker);
    expected.delete(marker);
    clearTimeout(found?.timer);
    if (found) await giveUp(found);
  };
  return {
    unexpect,
    expect(connection: ResolvedConnection, marker: string): void {
      if (expected.has(marker)) return;
      const abort = new AbortController();
      const options: ConnectOptions = {
        mode: 'read-write',
        timeoutMs,
        marker,
        onNotice: (notice) => own.onNotice(notice),
      };
      const opening = open(connection, options, abort.signal);
      const timer = setTimeout(() => void unexpect(marker), waitsMs).unref();
      const own: Expected = { connection, opening, abort, timer, onNotice: () => undefined };
      expected.set(marker, own);
      // The end of this process is not delayed for it. Where it fails, connecting does, and says so.
      opening.then((opened) => opened.type === 'connected' && opened.hold(false)).catch(() => undefined);
    },

    /** The session that was expected; undefined where there is none, or it is another. */
    async take(
      connection: ResolvedConnection,
      options: ConnectOptions,
      signal: AbortSignal,
    ): Promise<Connected | undefined> {
      const found = expected.get(options.marker);
      if (!found || options.mode !== 'read-write') return undefined;
      expected.delete(options.marker);
      clearTimeout(found.timer);
      if (!isDeepStrictEqual(found.connection, connection)) return giveUp(found).then(() => undefined);
      found.onNotice = options.onNotice;
      const abort = () => found.abort.abort();
      signal.addEventListener('abort', abort, { once: true });
      const opened = await found.opening;
      signal.removeEventListener('abort', abort);
      if (opened.type !== 'connected') return undefined;
      if (opened.isLost()) return giveUp(found).then(() => undefined);
      opened.hold(true);
      return { type: 'connected', session: opened.session };
    },
  };
}

async function giveUp({ opening, abort }: Expected): Promise<void> {
  abort.abort();
  const opened = await opening.catch(() => undefined); // Nobody has asked for it.
  if (opened?.type !== 'connected') return;
  opened.hold(true); // Its end is waited for.
  await opened.session.close();
}
