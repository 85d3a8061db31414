import type { RunEventBody } from '../model/run.ts';
import type { Redactor } from './redactor.ts';

/** Members that carry free text from outside; all others are made by the engine or written in the plan. */
const freeText = new Set(['message', 'text', 'detail', 'statement', 'log', 'comment', 'reason']);

/** Words that look like free text by their name but are the engine's own. */
const engineWords = new Set(['approval', 'pause', 'retry']);

/** The gate that every event passes before it reaches a sink: journal, screen, panel, history. */
export function redactEvent<T extends RunEventBody>(event: T, redactor: Redactor): T {
  return redactIn(event, redactor, false) as T;
}

function redactIn(value: unknown, redactor: Redactor, isFree: boolean): unknown {
  if (typeof value === 'string') return isFree && !engineWords.has(value) ? redactor.redact(value) : value;
  if (Array.isArray(value)) return value.map((item) => redactIn(item, redactor, isFree));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, redactIn(member, redactor, freeText.has(key))]),
  );
}
