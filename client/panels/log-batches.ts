import type { OperationId, RunEvent } from '../../core/index.ts';
import type { LogLine, ToRunPanel } from '../../protocol/index.ts';

type LogMessage = Extract<ToRunPanel, { readonly type: 'log' }>;

/** Lines in one message to the panel, at most. */
const BATCH = 1_000;

/** Numbers the lines of every operation from the journal's start and cuts them into batches for the panel. */
export class LogBatches {
  readonly #counts = new Map<OperationId, number>();

  /** The output in these events, in order, lines of one operation together. */
  of(events: readonly RunEvent[]): readonly LogMessage[] {
    const batches: { readonly operation: OperationId; readonly lines: LogLine[] }[] = [];
    for (const event of events) {
      if (event.type !== 'operation.output') continue;
      for (const line of event.lines) {
        let batch = batches.at(-1);
        if (!batch || batch.operation !== event.operation || batch.lines.length >= BATCH) {
          batch = { operation: event.operation, lines: [] };
          batches.push(batch);
        }
        batch.lines.push({ ...line, index: this.#next(event.operation) });
      }
    }
    return batches.map((batch) => ({ type: 'log', ...batch }));
  }

  #next(operation: OperationId): number {
    const index = this.#counts.get(operation) ?? 0;
    this.#counts.set(operation, index + 1);
    return index;
  }
}
