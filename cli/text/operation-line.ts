import type { Failure, OperationRecord, OperationView } from '../../core/index.ts';
import { durationText, lookOf, operationStatusLooks } from '../../protocol/index.ts';
import type { Ink, Paint } from './paint.ts';
import { safeLine, safeText } from './safe-text.ts';

const marks: Readonly<Record<string, string>> = {
  pending: '·',
  running: '▸',
  waiting: '‖',
  succeeded: '✓',
  failed: '✗',
  skipped: '»',
  cancelled: '⊘',
  unknown: '?',
  'nothing-to-do': '–',
};
const inks: Readonly<Record<string, Ink>> = {
  good: 'good',
  bad: 'bad',
  attention: 'attention',
  busy: 'strong',
  calm: 'quiet',
};

/** One line a step: mark, number, id, name, status in a word, how long. `elapsedMs` is for a step that runs now. */
export function operationLine(
  operation: OperationView,
  widths: LineWidths,
  elapsedMs: number | undefined,
  paint: Paint,
): string {
  const look = lookOf(operationStatusLooks, operation.status);
  const ink = inks[look.tone] ?? 'quiet';
  const time = elapsedMs ?? operation.durationMs;
  const tries = operation.attempts > 1 ? `, try ${operation.attempts}` : '';
  const detail = operation.detail ? paint('quiet', `  ${safeLine(operation.detail)}`) : '';
  return [
    `  ${paint(ink, marks[operation.status] ?? '?')} ${numberOf(operation, widths)} ${safeLine(operation.id).padEnd(widths.id)}`,
    cut(nameOf(operation), widths.name).padEnd(widths.name),
    `${paint(ink, look.word)}${tries}${time === undefined ? '' : `  ${durationText(time)}`}${detail}`,
  ].join('  ');
}

/** The columns of a run's lines, and the numbers of its steps. */
export interface LineWidths {
  readonly id: number;
  readonly name: number;
  /** The number of each step, from 1, by its id. */
  readonly steps: ReadonlyMap<string, number>;
}

export const lineWidths = (
  operations: readonly Pick<OperationView | OperationRecord, 'id' | 'name' | 'phase' | 'database'>[],
): LineWidths => ({
  id: widest(operations.map(({ id }) => safeLine(id))),
  name: Math.min(48, widest(operations.map(nameOf))),
  steps: new Map(operations.filter(({ phase }) => phase === 'step').map(({ id }, i) => [id, i + 1])),
});

/** With the database that it is for, where that is not the target's own. */
const nameOf = ({ name, database }: Pick<OperationView, 'name' | 'database'>): string =>
  safeLine(database === undefined ? name : `${name} on ${database}`);

const widest = (texts: readonly string[]): number => texts.reduce((width, { length }) => Math.max(width, length), 0);

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

/** Steps are counted from 1; checks have no number. */
function numberOf({ id }: OperationView, { steps }: LineWidths): string {
  return String(steps.get(id) ?? '').padStart(String(steps.size).length);
}

/** Where and why, on lines of their own below the step. */
export function failureLines(failure: Failure, paint: Paint): string[] {
  const place = [failure.file, failure.line, failure.column].filter((part) => part !== undefined).join(':');
  const code = failure.sqlstate === undefined ? failure.code : `${failure.code} ${failure.sqlstate}`;
  const statement = failure.statement === undefined ? [] : safeLines(failure.statement).slice(0, 6);
  return [
    ...(place === '' ? [] : [`      ${paint('strong', safeLine(place))}`]),
    `      ${paint('bad', code)} ${safeText(failure.message)}`,
    ...statement.map((line) => `      ${paint('quiet', `│ ${line}`)}`),
  ];
}

const safeLines = (text: string): string[] => text.split('\n').map(safeText);
