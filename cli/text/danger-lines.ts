import { categoryWords, type DangerView } from '../../protocol/index.ts';
import type { Ink, Paint } from './paint.ts';
import { safeText } from './safe-text.ts';

const inks: Readonly<Record<DangerView['severity'], Ink>> = {
  error: 'bad',
  warning: 'attention',
  information: 'quiet',
  hint: 'quiet',
};

/** What pending migrations can do, grouped by migration: place, severity, code and what sort of harm, then how to do it safely. */
export function dangerLines(dangers: readonly DangerView[], paint: Paint): string[] {
  return dangers.flatMap((danger, i) => [
    ...(danger.operation === dangers[i - 1]?.operation
      ? []
      : ['', paint('strong', `Dangers of ${safeText(danger.operation)}`)]),
    `  ${place(danger)}: ${paint(inks[danger.severity], `${danger.severity} ${danger.code} ${categoryWords[danger.category]}`)} ${safeText(danger.message)}`,
    `    ${paint('quiet', `Safer: ${safeText(danger.saferForm)} (${danger.rule})`)}`,
  ]);
}

const place = ({ file, range: { start } }: DangerView): string => `${safeText(file)}:${start.line}:${start.column}`;
