import type { Operation } from '../model/operation.ts';
import type { RunEventBody } from '../model/run.ts';

/** Announces operations before anything of them is done. Spec: design, "Processes and files". */
export interface Intents {
  /** Announces an operation that is next, unless that was done, and those that share the write. Stored with the event that follows. */
  next(index: number): Generator<RunEventBody>;
  /** While migrations run, in good time before those are done that are announced; another event was stored since the last time. */
  ahead(index: number): Generator<RunEventBody>;
  /** An event that followed was stored. */
  followed(): void;
  /** Operations before this index may begin: that is on disk. */
  stored(): number;
}

/** So many migrations are announced at once, so that they share one write to the disk. */
const mostAnnounced = 64;
/** Fewer than so many that are announced and not begun ask for more. */
const fewLeft = 24;

export function createIntents(todo: readonly Operation[], tryOf: (operation: Operation) => number): Intents {
  let announced = 0;
  let stored = 0;
  function* announce(): Generator<RunEventBody> {
    const next = announcedTogether(todo, announced);
    announced += next.length;
    for (const operation of next) yield { type: 'operation.intent', operation: operation.id, try: tryOf(operation) };
  }
  return {
    *next(index) {
      if (index < announced) return;
      announced = index;
      yield* announce();
    },
    *ahead(index) {
      stored = announced;
      const [last, first] = [todo[announced - 1], todo[announced]];
      if (announced - index < fewLeft && last?.type === 'migration' && first?.type === 'migration') yield* announce();
    },
    followed() {
      stored = announced;
    },
    stored: () => stored,
  };
}

/**
 * The operations from one on whose intents go to the disk together: migrations that follow one another, because the target's own
 * history says how far they came; anything else alone.
 */
function announcedTogether(todo: readonly Operation[], from: number): readonly Operation[] {
  const next = todo.slice(from, from + mostAnnounced);
  const end = next.findIndex(({ type }) => type !== 'migration');
  return end === 0 ? next.slice(0, 1) : end > 0 ? next.slice(0, end) : next;
}
