import { html, nothing, type TemplateResult } from 'lit';
import {
  type CommandOperation,
  type DangerView,
  type FromPlanPanel,
  lookOf,
  migrationStateLooks,
  type Operation,
  operationTypeLooks,
  type PlannedView,
} from '../../protocol/index.ts';
import { placeLink } from '../panel/place-link.ts';
import { plainIcon, statusIcon } from '../panel/status-icon.ts';
import { dangerList } from './danger-list.ts';

type Post = (message: FromPlanPanel) => void;

/** What is known of an operation besides itself. */
export interface RowFacts {
  readonly planned: PlannedView | undefined;
  readonly dangers: readonly DangerView[];
}

/** One operation of the plan as a row: its number, what it is, what it touches, how it stands and what it can do. */
export function operationRow(
  operation: Operation,
  number: number,
  { planned, dangers }: RowFacts,
  post: Post,
): TemplateResult {
  const type = operationTypeLooks[operation.type] ?? { word: operation.type, icon: 'question' };
  return html`
    <li class="row step">
      <span class="step-number">${number}</span>
      <span class="quiet">${plainIcon(type.icon)}</span>
      <div class="row-words">
        <div class="step-line">
          <span class="step-name">${operation.name}</span>
          <span class="quiet step-type">${type.word}</span>
          ${operation.type === 'migration' && operation.database !== undefined ? html`<span class="quiet">on ${operation.database}</span>` : nothing}
        </div>
        <div class="step-facts">${contentOf(operation, planned, post)}${limitsOf(operation)}</div>
        ${planned?.note ? html`<div class="step-facts ${operation.type === 'irreversible' ? 'tone-attention' : 'quiet'}">${planned.note}</div>` : nothing}
        ${dangerList(dangers, post)}
      </div>
      <span class="row-side">${planned?.state ? stateOf(planned.state) : nothing}</span>
    </li>
  `;
}

function stateOf(state: string): TemplateResult {
  const look = lookOf(migrationStateLooks, state);
  return html`<span class="state">${statusIcon(look)}<span>${look.word}</span></span>`;
}

function contentOf(
  operation: Operation,
  planned: PlannedView | undefined,
  post: Post,
): TemplateResult | typeof nothing {
  const open = (file: string) =>
    placeLink({ file, line: 1, column: 1 }, (place) => post({ type: 'open-place', ...place }), file);
  switch (operation.type) {
    case 'migration':
      if (operation.action === 'roll_back' && typeof operation.rollback === 'object')
        return html`${open(operation.rollback.path)}
          <span class="quiet">takes back ${open(operation.script.path)}</span>`;
      return html`${open(operation.script.path)} ${rollbackOf(operation.rollback, open)}`;
    case 'sql_check':
      return html`<code class="mono sql">${operation.sql}</code>
        <span class="quiet">must give ${planned?.expects ?? 'what is expected'}</span>`;
    case 'backup':
      return html`<span class="quiet">to <span class="mono">${operation.destination}</span></span>`;
    case 'pause':
      return html`<span class="step-message">${operation.message}</span>`;
    case 'health_check':
      return html`<span class="quiet">${operation.check.method} <span class="mono">${operation.check.url}</span> until healthy</span>`;
    case 'command':
    case 'hook':
    case 'build':
    case 'test':
    case 'deploy':
      return commandFacts(operation, planned);
    case 'disk_space':
      return html`<span class="quiet">at least ${operation.minGb} GB free</span>${
        operation.path === undefined
          ? nothing
          : html`<span class="quiet">at <span class="mono">${operation.path}</span></span>`
      }`;
    case 'object_count':
      return html`<span class="quiet">at least ${operation.min} tables, views and indexes</span>`;
    case 'connection':
      return html`<span class="quiet">the target answers</span>`;
    case 'migration_history':
      return html`<span class="quiet">every migration of the plan is recorded as applied</span>`;
    default:
      // An operation of a newer plan: its name and type word stand in the row already.
      return nothing;
  }
}

/** The very command that will run, where, and what tells afterwards whether it was done. */
function commandFacts(operation: CommandOperation, planned: PlannedView | undefined): TemplateResult {
  const { command, folder, env } = operation;
  const names = Object.keys(env);
  return html`<code class="mono sql">${planned?.command ?? ''}</code>
    ${command.type === 'shell' ? html`<span class="quiet">by /bin/sh</span>` : nothing}
    ${folder === '.' ? nothing : html`<span class="quiet">in <span class="mono">${folder}</span></span>`}
    ${names.length === 0 ? nothing : html`<span class="quiet">with ${names.join(', ')}</span>`}
    ${
      planned?.verify === undefined
        ? nothing
        : html`<span class="quiet">verified by <code class="mono sql">${planned.verify}</code></span>`
    }`;
}

function rollbackOf(
  rollback: Extract<Operation, { type: 'migration' }>['rollback'],
  open: (file: string) => TemplateResult,
): TemplateResult {
  if (rollback === 'none') return html`<span class="quiet">no way back, on purpose</span>`;
  if (rollback === undefined) return html`<span class="quiet">no rollback script</span>`;
  return html`<span class="quiet">rollback ${open(rollback.path)}</span>`;
}

function limitsOf({ timeoutSec, retry }: Operation): readonly (TemplateResult | typeof nothing)[] {
  return [
    timeoutSec === undefined ? nothing : html`<span class="quiet">within ${timeoutSec} s</span>`,
    retry && retry.max > 0
      ? html`<span class="quiet">${retry.max} more ${retry.max === 1 ? 'try' : 'tries'} after ${retry.backoffSec} s</span>`
      : nothing,
  ];
}
