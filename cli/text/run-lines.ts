import type { RunView } from '../../core/index.ts';
import { lookOf, runStatusLooks } from '../../protocol/index.ts';
import { failureLines, lineWidths, operationLine } from './operation-line.ts';
import type { Paint } from './paint.ts';
import { safeLine, safeText } from './safe-text.ts';
import { table } from './table.ts';

/** A run for people: what, where, how it stands, each operation, each attempt. */
export function runLines(run: RunView, paint: Paint): string[] {
  const widths = lineWidths(run.operations);
  return [
    paint('strong', safeLine(run.plan.name)),
    `Run      ${run.id}, ${lookOf(runStatusLooks, run.status).word}`,
    `Target   ${run.target}`,
    `Plan     ${safeLine(run.plan.file)} (${run.plan.digest.slice(0, 16)})`,
    ...configLines(run),
    ...(run.rollsBack ? [`Takes back  run ${run.rollsBack}`] : []),
    ...(run.rolledBackBy ?? []).map((one) => `Rollback  run ${one.run}, ${lookOf(runStatusLooks, one.status).word}`),
    `Started  ${run.createdAt} by ${safeText(run.by)}`,
    ...run.attempts.map(({ attempt, startedAt, by, end }) => {
      const how = end.type === 'finished' ? `${lookOf(runStatusLooks, end.outcome).word} at ${end.at}` : 'open';
      return `Attempt ${attempt}  ${startedAt} by ${safeText(by)}, ${how}`;
    }),
    '',
    ...run.operations.flatMap((operation) => [
      operationLine(operation, widths, undefined, paint),
      ...(operation.error && operation.status !== 'succeeded' ? failureLines(operation.error, paint) : []),
    ]),
    ...(run.error ? ['', paint('bad', safeText(run.error.message))] : []),
    ...(run.resumeFrom ? ['', `Resume from ${safeLine(run.resumeFrom)} with: srdeploy resume ${run.id}`] : []),
  ];
}

/** Of the last attempt. */
const configLines = ({ attempts }: RunView): readonly string[] =>
  attempts
    .slice(-1)
    .flatMap(({ config }) => (config ? [`Config   ${safeLine(config.file)} (${config.digest.slice(0, 16)})`] : []));

/** Runs in a table, newest first. */
export function runTable(runs: readonly RunView[]): string[] {
  if (runs.length === 0) return ['No runs yet.'];
  return table([
    ['RUN', 'STATUS', 'TARGET', 'ATTEMPTS', 'STARTED', 'PLAN'],
    ...runs.map((run) => [
      run.id,
      lookOf(runStatusLooks, run.status).word,
      run.target,
      String(run.attempt),
      run.createdAt,
      run.plan.name,
    ]),
  ]);
}
