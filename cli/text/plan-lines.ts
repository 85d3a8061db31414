import {
  type Connection,
  commandText,
  describeNeed,
  expectationText,
  type Operation,
  type Plan,
  type PlannedConnection,
  scriptOf,
} from '../../core/index.ts';
import {
  lookOf,
  manualText,
  migrationStateLooks,
  operationTypeLooks,
  type PlannedView,
  type PlanView,
  phaseWords,
} from '../../protocol/index.ts';
import { dangerLines } from './danger-lines.ts';
import { findingText } from './finding-text.ts';
import type { Paint } from './paint.ts';
import { safeLine, safeText } from './safe-text.ts';
import { table } from './table.ts';

/** A plan for people, in the order that it runs. */
export function planLines(view: PlanView, paint: Paint): string[] {
  const { plan } = view;
  const kind = view.production ? paint('bad', 'PRODUCTION') : (plan.target.kind ?? 'no kind');
  const planned = new Map(view.operations.map((one) => [one.operation, one]));
  let step = 0;
  const rows = plan.operations.map((operation) =>
    operationRow(operation, operation.phase === 'step' ? ++step : undefined, planned.get(operation.id)),
  );
  const lines = table(rows);
  const phased = plan.operations.flatMap((operation, i) => {
    const before = plan.operations[i - 1];
    const isFirst = operation.phase !== before?.phase || operation.group !== before?.group;
    return [...(isFirst ? ['', paint('strong', headingOf(operation))] : []), `  ${lines[i]}`];
  });
  return [
    paint('strong', safeLine(plan.source.name)),
    `Target      ${plan.target.id} (${safeLine(plan.target.name)}), ${kind}`,
    ...connectionLines(plan),
    ...reachedLines(view.reached, paint),
    ...databaseLines(view, paint),
    `Digest      ${plan.digest.slice(0, 16)}`,
    ...phased,
    ...idleLines(view, paint),
    '',
    `Plan: ${view.summary}`,
    ...view.findings.map((finding) => findingText(finding, paint)),
    ...dangerLines(view.dangers, paint),
    ...(view.needs.length > 0 ? ['', paint('attention', 'Before it may run:')] : []),
    ...view.needs.map((need) => `  ${safeLine(describeNeed(need))}`),
  ];
}

const headingOf = ({ phase, group }: Operation): string =>
  group === undefined ? phaseWords[phase] : `Group ${safeLine(group)}`;

/** What is in the config and nothing of which runs: nothing is left out silently. */
function idleLines({ plan, manual }: PlanView, paint: Paint): string[] {
  const idle = (plan.idle ?? []).flatMap((group) => [
    '',
    paint('strong', `Group ${safeLine(group)}`),
    '   Nothing to do: no file matches its patterns.',
  ]);
  const byHand = (manual ?? []).flatMap((one) => [
    '',
    paint('strong', `Database ${safeLine(one.database)}: not run by this deployment`),
    `   ${safeLine(manualText(one))}`,
  ]);
  return [...idle, ...byHand];
}

const connectionLines = ({ connection, connections }: Plan): string[] =>
  connection
    ? [`Connection  ${safeLine(connectionText(connection))}`]
    : connections
      ? []
      : ['Connection  none: reached by commands only'];

/** The databases beside the target's own, each with whether it answered. */
const databaseLines = ({ databases = [] }: PlanView, paint: Paint): string[] =>
  databases.flatMap(({ name, connection, reached }) => [
    `Database    ${safeLine(name)}: ${safeLine(plannedConnectionText(connection))}`,
    ...reachedLines(reached, paint),
  ]);

const plannedConnectionText = (connection: PlannedConnection): string =>
  'variable' in connection
    ? `${connection.backend}, at the address in ${connection.variable}`
    : connectionText(connection);

function reachedLines(reached: PlanView['reached'], paint: Paint): string[] {
  switch (reached.type) {
    case 'yes':
      return [`Reached     ${safeText(reached.serverVersion)}`];
    case 'no':
      return [`Reached     ${paint('attention', `no: ${safeText(reached.message)}`)}`];
    case 'without-database':
      return [];
  }
}

/** How a database is reached, without secrets. */
export function connectionText(connection: Connection): string {
  if (connection.backend === 'sqlite') return `${connection.ref}: SQLite, ${connection.file}`;
  const user = connection.username === undefined ? '' : `${connection.username}@`;
  const protocol = connection.protocol === undefined ? '' : ` (${connection.protocol})`;
  return `${connection.ref}: ${connection.backend}${protocol}, ${user}${connection.host}:${connection.port}/${connection.database}`;
}

const onDatabase = (path: string, database: string | undefined): string =>
  database === undefined ? path : `${path} on ${database}`;

function operationRow(operation: Operation, step: number | undefined, planned: PlannedView | undefined): string[] {
  const state = planned?.state === undefined ? '' : lookOf(migrationStateLooks, planned.state).word;
  const note = planned?.note === undefined ? '' : `(${planned.note})`;
  return [
    step === undefined ? '  ' : String(step).padStart(2),
    operationTypeLooks[operation.type].word,
    operation.id,
    operation.name,
    detailOf(operation),
    [state, note].filter(Boolean).join(' '),
  ];
}

function detailOf(operation: Operation): string {
  switch (operation.type) {
    case 'migration':
      return onDatabase(scriptOf(operation) ?? operation.script.path, operation.database);
    case 'sql_check':
      return `expects ${expectationText(operation.expect)}`;
    case 'backup':
      return `to ${operation.destination}`;
    case 'pause':
      return operation.message;
    case 'health_check':
      return `${operation.check.method} ${operation.check.url}`;
    case 'command':
    case 'hook':
    case 'build':
    case 'test':
    case 'deploy':
      return `$ ${commandText(operation.command)}${operation.folder === '.' ? '' : ` (in ${operation.folder})`}`;
    case 'disk_space':
      return `at least ${operation.minGb} GB${operation.path === undefined ? '' : ` at ${operation.path}`}`;
    case 'object_count':
      return `at least ${operation.min}`;
    case 'irreversible':
      return operation.file ?? '';
    case 'connection':
    case 'migration_history':
      return '';
  }
}
