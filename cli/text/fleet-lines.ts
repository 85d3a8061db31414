import type { FleetStop, FleetTargetStatus, FleetTargetView, FleetView } from '../../core/index.ts';
import { durationText } from '../../protocol/index.ts';
import type { PlannedFleet } from '../../runner/index.ts';
import type { Ink, Paint } from './paint.ts';
import { safeLine, safeText } from './safe-text.ts';
import { table } from './table.ts';

/** How a target's status is shown: a sign, a word, a colour. */
const looks: Readonly<Record<FleetTargetStatus, { readonly sign: string; readonly word: string; readonly ink: Ink }>> =
  {
    succeeded: { sign: '✓', word: 'succeeded', ink: 'good' },
    failed: { sign: '✗', word: 'failed', ink: 'bad' },
    refused: { sign: '✗', word: 'refused', ink: 'bad' },
    unknown: { sign: '?', word: 'unknown', ink: 'bad' },
    cancelled: { sign: '–', word: 'cancelled', ink: 'attention' },
    interrupted: { sign: '!', word: 'interrupted', ink: 'bad' },
    rolled_back: { sign: '↶', word: 'rolled back', ink: 'attention' },
    rollback_partial: { sign: '✗', word: 'partly rolled back', ink: 'bad' },
    running: { sign: '●', word: 'running', ink: 'attention' },
    waiting: { sign: '‖', word: 'waiting', ink: 'attention' },
    not_started: { sign: '·', word: 'not started', ink: 'quiet' },
  };

const order: readonly FleetTargetStatus[] = [
  'succeeded',
  'failed',
  'refused',
  'unknown',
  'interrupted',
  'rollback_partial',
  'rolled_back',
  'cancelled',
  'running',
  'waiting',
  'not_started',
];

/** One target as it ends: `✓ tenant-0042  3 migrations  1.2 s`, and below it what went wrong. */
export function fleetTargetLines(view: FleetTargetView, width: number, paint: Paint): readonly string[] {
  const { sign, word, ink } = looks[view.status];
  const what = view.status === 'succeeded' ? migrationsText(view.migrations) : word;
  const took = view.durationMs === undefined ? '' : `  ${durationText(view.durationMs)}`;
  const line = `${paint(ink, sign)} ${view.target.padEnd(width)}  ${what}${took}`;
  return [line, ...errorLines(view)];
}

/** The same while others still run: only the first line of what went wrong; the rest stands in the summary. */
export const fleetTargetLine = (view: FleetTargetView, width: number, paint: Paint): readonly string[] =>
  fleetTargetLines(view, width, paint).slice(0, 2);

/** Where and why: file and line, the code, the message in full, and the run to look at. */
function errorLines({ error, run }: FleetTargetView): readonly string[] {
  if (!error) return [];
  const place =
    error.file === undefined ? '' : `${safeLine(error.file)}${error.line === undefined ? '' : `:${error.line}`} `;
  const told = safeText(error.message).split('\n');
  return [
    `    ${place}${error.code} ${told[0]}`,
    ...told.slice(1).map((one) => `    ${one}`),
    ...(run ? [`    Log: srdeploy runs logs ${run}`] : []),
  ];
}

/** "18 of 20 targets succeeded, 1 failed, 1 not started; 54 migrations were applied". */
export function fleetWords({ counts }: FleetView): string {
  const { total, succeeded = 0, migrations } = counts;
  const others = order.flatMap((status) => {
    const count = status === 'succeeded' ? 0 : (counts[status] ?? 0);
    return count === 0 ? [] : [`${count} ${looks[status].word}`];
  });
  const first = `${succeeded} of ${total} target${total === 1 ? '' : 's'} succeeded`;
  return `${[first, ...others].join(', ')}; ${migrationsText(migrations)} applied`;
}

const stops: Readonly<Record<FleetStop, string>> = {
  failures: 'No further target was started after so many that did not succeed (--max-failures).',
  canary: 'A canary did not succeed, so that no further target was started.',
  cancelled: 'The fleet was cancelled.',
};

/** The end of a fleet: what did not succeed, why targets were left out, the counts, and how to go on. */
export function fleetSummaryLines(view: FleetView, paint: Paint): readonly string[] {
  const left = view.targets.filter(({ status }) => status !== 'succeeded' && status !== 'not_started');
  const width = Math.max(0, ...left.map(({ target }) => target.length));
  const isDone = view.status === 'succeeded';
  return [
    '',
    ...(isDone ? [] : left.flatMap((one) => fleetTargetLines(one, width, paint))),
    ...(left.length > 0 && !isDone ? [''] : []),
    ...(view.stopped ? [stops[view.stopped]] : []),
    paint(isDone ? 'good' : 'bad', `${fleetWords(view)}.`),
    ...(isDone ? [] : [`Resume what is left with: srdeploy fleet resume ${view.id}`]),
  ];
}

/** A fleet in full: every target, its run, how it stands. */
export function fleetLines(view: FleetView, paint: Paint): readonly string[] {
  return [
    paint('strong', safeLine(view.plan.name)),
    `Fleet    ${view.id}, ${view.status}`,
    `Plan     ${safeLine(view.plan.file)}`,
    `Started  ${view.createdAt} by ${safeText(view.by)}, ${view.attempts} ${view.attempts === 1 ? 'time' : 'times'}`,
    `Targets  ${fleetWords(view)}`,
    '',
    ...table([
      ['TARGET', 'STATUS', 'RUN', 'ATTEMPTS', 'MIGRATIONS', 'TIME', 'ERROR'],
      ...view.targets.map((one) => [
        one.target,
        looks[one.status].word,
        one.run ?? '',
        String(one.attempts),
        String(one.migrations),
        one.durationMs === undefined ? '' : durationText(one.durationMs),
        one.error ? `${one.error.file ? `${one.error.file}:${one.error.line ?? ''} ` : ''}${one.error.code}` : '',
      ]),
    ]),
    ...(view.status === 'succeeded' || view.status === 'running'
      ? []
      : ['', `Resume what is left with: srdeploy fleet resume ${view.id}`]),
  ];
}

/** Fleets in a table, newest first. */
export function fleetTable(fleets: readonly FleetView[]): readonly string[] {
  if (fleets.length === 0) return ['No fleets yet.'];
  return table([
    ['FLEET', 'STATUS', 'SUCCEEDED', 'TARGETS', 'STARTED', 'PLAN'],
    ...fleets.map(({ id, status, counts, createdAt, plan }) => [
      id,
      status,
      String(counts.succeeded ?? 0),
      String(counts.total),
      createdAt,
      plan.name,
    ]),
  ]);
}

/** What a fleet would do: its targets with how many migrations their plan has, those on production marked. */
export function fleetPlanLines({ pattern, tasks, production }: PlannedFleet): readonly string[] {
  const isProduction = new Set(production);
  return [
    safeLine(pattern.source.name),
    `${tasks.length} target${tasks.length === 1 ? '' : 's'}, in this order:`,
    ...table(
      tasks.map(({ target, migrations, digest }) => [
        `  ${target}`,
        migrationsText(migrations),
        isProduction.has(target) ? 'production' : '',
        digest.slice(0, 16),
      ]),
    ),
  ];
}

const migrationsText = (count: number): string => `${count} migration${count === 1 ? '' : 's'}`;
