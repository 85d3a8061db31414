import { type Bounds, type ExchangeOutcome, QUERY_CANCELED, refusal, type Stopped, stopAfter } from './bounds.ts';
import type { Exchange, ExchangeEnd } from './exchange.ts';
import type { Step } from './step.ts';

/** Segments that are sent without waiting for the answers to those before them, each told of by itself. */
export interface Pipeline {
  /**
   * Sends the steps behind those before; they are begun, and their bounds count, once those are done. Undefined: one before was refused or
   * given up. Where the session is in a failed transaction then, the steps were begun and hit by the cancel of the one before.
   */
  add(steps: readonly Step[], bounds: Bounds, onBegin: () => void): Promise<ExchangeOutcome | undefined>;
  /** Nothing follows: what else is asked of the session comes next. */
  close(): void;
}

/** An exchange that may be started; `ended` is undefined where the connection went away. */
export interface BegunExchange {
  readonly exchange: Exchange;
  readonly ended: Promise<ExchangeEnd | undefined>;
  start(): void;
}

interface PipelineParts {
  /** Asks the server to give up, until the exchange has ended. */
  giveUp(ended: Promise<unknown>): Promise<void>;
  isLost(): boolean;
  whyLost(): Extract<ExchangeOutcome, { type: 'lost' }>;
}

interface Under {
  readonly steps: readonly Step[];
  readonly bounds: Bounds;
  begunAt: number;
  onBegin(): void;
  tell(outcome: ExchangeOutcome | undefined): void;
}

/** `run` starts it and lasts until the server is ready for something else. */
export function createPipeline(
  { exchange, ended, start }: BegunExchange,
  { giveUp, isLost, whyLost }: PipelineParts,
): Pipeline & { run(): Promise<void> } {
  const under: Under[] = [];
  let [isStarted, isClosed] = [false, false];
  let stopped: { readonly own: Under; readonly why: Stopped; readonly given: Promise<void> } | undefined;
  let dispose = () => {};

  function close(): void {
    isClosed = true;
    exchange.close();
  }

  function beginNext(): void {
    dispose();
    const [own] = under;
    if (!own) return;
    own.begunAt = performance.now();
    own.onBegin();
    if (stopped) return;
    dispose = stopAfter(own.bounds, (why) => {
      close();
      stopped = { own, why, given: giveUp(ended) };
    });
  }

  function endOf(own: Under, end: ExchangeEnd | undefined): ExchangeOutcome | undefined {
    if (!end) return whyLost();
    if (end.type === 'done') return undefined;
    const isMeant = stopped?.own === own;
    if (stopped && !isMeant && end.error.code === QUERY_CANCELED) return undefined;
    const elapsed = performance.now() - own.begunAt;
    return refusal(end, own.steps, isMeant ? stopped?.why : undefined, own.bounds, elapsed);
  }

  return {
    add(steps, bounds, onBegin) {
      if (isClosed) return Promise.resolve(undefined);
      return new Promise((tell) => {
        const own: Under = { steps, bounds, begunAt: 0, onBegin, tell };
        under.push(own);
        exchange.add({
          steps,
          done(results) {
            under.shift();
            tell({ type: 'done', value: results });
            beginNext();
          },
        });
        if (isStarted && under[0] === own) beginNext();
      });
    },
    close,
    async run() {
      let end: ExchangeEnd | undefined;
      if (!isLost()) {
        isStarted = true;
        beginNext();
        start();
        end = await ended;
      }
      isClosed = true;
      dispose();
      await stopped?.given;
      const [first, ...others] = under.splice(0);
      first?.tell(endOf(first, end));
      for (const { tell } of others) tell(undefined);
    },
  };
}
