import type { FleetPolicy, FleetStop } from '../model/fleet.ts';

/** Whether a target counts as a failure for the stop rule. */
export type FleetVerdict = 'succeeded' | 'failed' | 'cancelled';

/** What happens to the targets of a fleet, in order. A target is not begun before the reader has come back for more behind its start. */
export type FleetStep<Target, Ended> =
  | { readonly type: 'started'; readonly target: Target }
  | { readonly type: 'ended'; readonly target: Target; readonly ended: Ended };

export interface FleetWork<Target, Ended> {
  /** In the order in which they are started. */
  readonly targets: readonly Target[];
  /** Runs one target to its end. A rejection is a defect: the others are waited for, then it is thrown. */
  run(target: Target): Promise<Ended>;
  verdict(ended: Ended): FleetVerdict;
}

/**
 * Runs targets side by side, at most `parallel` at once, in their order. After `maxFailures` that failed, or one of the canaries, no
 * further one is started, and those that run are waited for; so too once the signal aborts, which whoever runs a target listens to
 * himself. Gives why targets were left out; undefined where all were started.
 */
export async function* runFleet<Target, Ended>(
  { targets, run, verdict }: FleetWork<Target, Ended>,
  { parallel, maxFailures, canary }: FleetPolicy,
  signal: AbortSignal,
): AsyncGenerator<FleetStep<Target, Ended>, FleetStop | undefined> {
  const crew = createCrew<Target, Ended>();
  let [next, failures, done] = [0, 0, 0];
  const stop = (): FleetStop | undefined => {
    if (signal.aborted) return 'cancelled';
    if (failures > 0 && done <= canary) return 'canary';
    return maxFailures > 0 && failures >= maxFailures ? 'failures' : undefined;
  };
  let stopped: FleetStop | undefined;
  try {
    for (;;) {
      stopped ??= stop();
      const places = done < canary ? 1 : parallel;
      if (stopped === undefined && next < targets.length && crew.size() < places) {
        const target = targets[next++] as Target;
        yield { type: 'started', target };
        crew.begin(target, run(target));
        continue;
      }
      if (crew.size() === 0) return next < targets.length ? stopped : undefined;
      const { target, ended } = await crew.nextEnd();
      done += 1;
      if (verdict(ended) === 'failed') failures += 1;
      yield { type: 'ended', target, ended };
    }
  } finally {
    await crew.settle();
  }
}

/** The runs that are under way, and those that ended and were not asked for yet: each end costs the same however many there are. */
function createCrew<Target, Ended>() {
  type End = { readonly target: Target; readonly ended: Ended };
  const ends: (End | { readonly error: unknown })[] = [];
  const running = new Set<Promise<void>>();
  let wake: (() => void) | undefined;
  return {
    size: () => running.size + ends.length,
    begin(target: Target, work: Promise<Ended>): void {
      const watched: Promise<void> = work
        .then(
          (ended) => ends.push({ target, ended }),
          (error: unknown) => ends.push({ error }),
        )
        .then(() => {
          running.delete(watched);
          wake?.();
        });
      running.add(watched);
    },
    async nextEnd(): Promise<End> {
      while (ends.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const end = ends.shift() as End | { readonly error: unknown };
      if ('error' in end) throw end.error;
      return end;
    },
    async settle(): Promise<void> {
      await Promise.all(running);
    },
  };
}
