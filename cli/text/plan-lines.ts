import {
  type Connection,
  commandText,
  describeNeed,
  expectationText,
  type Operation,
  scriptOf,
} from '../../core/index.ts';
import { lookOf, migrationStateLooks, operationTypeLooks, type PlanView, phaseWords } from '../../protocol/index.ts';
import { dangerLines } from './danger-lines.ts';
import { findingText } from './finding-text.ts';
import type { Paint } from './paint.ts';
import { safeLine, safeText } from './safe-text.ts';
import { table } from './table.ts';

/** A plan for people, in the order that it runs. */
export function planLines(view: PlanView, paint: Paint): string[] {
  const { plan } = view;
  const kind = view.production ? paint('bad', 'PRODUCTION') : (plan.target.kind ?? 'no kind');
  const rows = plan.operations.map((operation) => operationRow(operation, view));
  const lines = table(rows);
  const phased = plan.operations.flatMap((operation, i) => {
    const isFirst = operation.phase !== plan.operations[i - 1]?.phase;
    return [...(isFirst ? ['', paint('strong', phaseWords[operation.phase])] : []), `  ${lines[i]}`];
  });
  return [
    paint('strong', safeLine(plan.source.name)),
    `Target      ${plan.target.id} (${safeLine(plan.target.name)}), ${kind}`,
    `Connection  ${safeLine(connectionText(plan.connection))}`,
    `Reached     ${view.reached.type === 'yes' ? safeText(view.reached.serverVersion) : paint('attention', `no: ${safeText(view.reached.message)}`)}`,
    `Digest      ${plan.digest.slice(0, 16)}`,
    ...phased,
    '',
    `Plan: ${view.summary}`,
    ...view.findings.map((finding) => findingText(finding, paint)),
    ...dangerLines(view.dangers, paint),
    ...(view.needs.length > 0 ? ['', paint('attention', 'Before it may run:')] : []),
    ...view.needs.map((need) => `  ${safeLine(describeNeed(need))}`),
  ];
}

/** How a database is reached, without secrets. */
export function connectionText(connection: Connection): string {
  if (connection.backend === 'sqlite') return `${connection.ref}: SQLite, ${connection.file}`;
  const user = connection.username === undefined ? '' : `${connection.username}@`;
  const protocol = connection.protocol === undefined ? '' : ` (${connection.protocol})`;
  return `${connection.ref}: ${connection.backend}${protocol}, ${user}${connection.host}:${connection.port}/${connection.database}`;
}

const stepNumber = (view: PlanView, operation: Operation): number =>
  view.plan.operations.filter(({ phase }) => phase === 'step').indexOf(operation) + 1;

function operationRow(operation: Operation, view: PlanView): string[] {
  const planned = view.operations.find((one) => one.operation === operation.id);
  const state = planned?.state === undefined ? '' : lookOf(migrationStateLooks, planned.state).word;
  const note = planned?.note === undefined ? '' : `(${planned.note})`;
  return [
    operation.phase === 'step' ? String(stepNumber(view, operation)).padStart(2) : '  ',
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
      return scriptOf(operation) ?? operation.script.path;
    case 'sql_check':
      return `expects ${expectationText(operation.expect)}`;
    case 'backup':
      return `to ${operation.destination}`;
    case 'pause':
      return operation.message;
    case 'command':
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
