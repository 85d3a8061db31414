import type { OperationId } from '../model/ids.ts';
import type { OutputLine, OutputStream, RunEventBody } from '../model/run.ts';
import { maskShapes } from './mask-shapes.ts';
import type { RedactionStream } from './redact-stream.ts';
import { mask, type Redactor } from './redactor.ts';

/** Members that carry free text from outside; all others are made by the engine or written in the plan. */
const freeText = new Set(['message', 'text', 'detail', 'statement', 'log', 'comment', 'reason']);

/** Words that look like free text by their name but are the engine's own. */
const engineWords = new Set(['approval', 'pause', 'retry']);

/**
 * The gate that every event passes before it reaches a sink: journal, screen, panel, history. Output is one text a stream here, whatever
 * lines it came in, so that a secret that is wrapped is found; what may be its beginning waits for the lines that follow.
 */
export interface EventGate {
  /** The events that may be shown now: none where a line waits, one more where others waited. */
  pass(event: RunEventBody): readonly RunEventBody[];
  /** True while lines wait. */
  isHolding(): boolean;
  /** The lines that wait, for when nothing follows them for a while. */
  idle(): readonly RunEventBody[];
}

/** One event by itself, for what is no part of a stream of events. */
export const redactEvent = <T extends RunEventBody>(event: T, redactor: Redactor): T =>
  redactIn(event, redactor, false) as T;

export function createEventGate(redactor: Redactor): EventGate {
  const open = new Map<OperationId, Map<OutputStream, LineStream>>();

  const rest = (operation: OperationId, which: 'idle' | 'end'): readonly RunEventBody[] =>
    outputOf(
      operation,
      [...(open.get(operation)?.values() ?? [])].flatMap((stream) => stream[which]()),
    );
  const ended = (operation: OperationId): readonly RunEventBody[] => {
    const lines = rest(operation, 'end');
    open.delete(operation);
    return lines;
  };
  const take = (operation: OperationId, { stream, text, continues }: OutputLine): readonly OutputLine[] => {
    const streams = open.get(operation) ?? new Map<OutputStream, LineStream>();
    open.set(operation, streams);
    const known = streams.get(stream) ?? createLineStream(stream, redactor.stream());
    streams.set(stream, known);
    return known.line(text, continues === true);
  };
  return {
    pass(event) {
      if (event.type === 'operation.output') {
        const { operation } = event;
        return outputOf(
          operation,
          event.lines.flatMap((line) => take(operation, line)),
        );
      }
      const before =
        event.type === 'operation.finished'
          ? ended(event.operation)
          : // The output may go on behind it: what waits is shown as after a while without more.
            ('operation' in event ? [event.operation] : [...open.keys()]).flatMap((one) => rest(one, 'idle'));
      return [...before, redactEvent(event, redactor)];
    },
    isHolding: () => [...open.values()].some((streams) => [...streams.values()].some((one) => one.isHolding())),
    idle: () => [...open.keys()].flatMap((operation) => rest(operation, 'idle')),
  };
}

const outputOf = (operation: OperationId, lines: readonly OutputLine[]): readonly RunEventBody[] =>
  lines.length === 0 ? [] : [{ type: 'operation.output', operation, lines }];

interface LineStream {
  /** `continues`: the line was too long for one, and the stream's next goes on with it. */
  line(text: string, continues: boolean): readonly OutputLine[];
  isHolding(): boolean;
  idle(): readonly OutputLine[];
  end(): readonly OutputLine[];
}

function createLineStream(name: OutputStream, stream: RedactionStream): LineStream {
  /** Redacted text whose line is not whole yet; undefined where the last line was ended. */
  let begun: string | undefined;
  const asPiece = (text: string, continues: boolean): OutputLine => ({
    stream: name,
    text: maskShapes(text, mask),
    ...(continues && { continues }),
  });
  const linesOf = (text: string, isLast: boolean): OutputLine[] => {
    const pieces = `${begun ?? ''}${text}`.split('\n');
    const open = pieces.pop() ?? '';
    begun = open === '' && !isLast ? undefined : open;
    const whole = isLast && begun !== '' && begun !== undefined ? [...pieces, begun] : pieces;
    if (isLast) begun = undefined;
    return whole.map((piece) => asPiece(piece, false));
  };
  return {
    line(text, continues) {
      const lines = linesOf(stream.write(continues ? text : `${text}\n`), false);
      if (!continues || begun === undefined) return lines;
      // What may be shown of a very long line goes on at once; what may be the beginning of a secret waits for its next piece.
      const piece = asPiece(begun, true);
      begun = undefined;
      return [...lines, piece];
    },
    isHolding: () => stream.isHolding() || begun !== undefined,
    idle: () => linesOf(stream.idle(), true),
    end: () => linesOf(stream.end(), true),
  };
}

/** Lines that were one text: a secret may be wrapped in them. */
const isLines = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function redactIn(value: unknown, redactor: Redactor, isFree: boolean): unknown {
  if (typeof value === 'string') return isFree && !engineWords.has(value) ? redactor.redact(value) : value;
  if (Array.isArray(value)) return value.map((item) => redactIn(item, redactor, isFree));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'log' && isLines(member)
        ? redactor.redact(member.join('\n')).split('\n')
        : redactIn(member, redactor, freeText.has(key)),
    ]),
  );
}
