import { html, nothing, type TemplateResult } from 'lit';
import {
  durationText,
  elapsedText,
  type Failure,
  type FromRunPanel,
  lookOf,
  type OperationView,
  operationStatusLooks,
  operationTypeLooks,
  type RunView,
  type Waiting,
} from '../../protocol/index.ts';
import { placeLink } from '../panel/place-link.ts';
import { plainIcon, statusIcon } from '../panel/status-icon.ts';
import type { LogStore } from './log-store.ts';

/** One operation of the list: its header is a button, its body holds what went wrong, what it waits for, and its log. */
export interface SectionFacts {
  readonly operation: OperationView;
  readonly run: RunView;
  readonly log: LogStore | undefined;
  readonly isOpen: boolean;
  /** Exactly one header of the list takes part in the tab order. */
  readonly isTabStop: boolean;
  readonly now: number;
  readonly post: (message: FromRunPanel) => void;
  readonly toggle: () => void;
}

export function operationSection(facts: SectionFacts): TemplateResult {
  const { operation, isOpen } = facts;
  const look = lookOf(operationStatusLooks, operation.status);
  const body = `body-${operation.id}`;
  return html`
    <li class="operation operation-${operation.status} ${isOpen ? 'operation-open' : ''}" data-operation=${operation.id}>
      <h3>
        <button
          type="button"
          class="operation-head"
          aria-expanded=${isOpen}
          aria-controls=${body}
          tabindex=${facts.isTabStop ? 0 : -1}
          @click=${facts.toggle}
        >
          ${plainIcon(isOpen ? 'chevron-down' : 'chevron-right')} ${statusIcon(look)}
          ${headPart('operation-name', operation.database === undefined ? operation.name : `${operation.name} on ${operation.database}`)}
          ${headPart('operation-type quiet', operationTypeLooks[operation.type]?.word ?? operation.type)}
          ${headPart('operation-tries quiet', triesText(operation))}
          ${headPart(`operation-word tone-word-${look.tone}`, look.word, timeText(facts) !== '')}
          ${headPart('operation-time', timeText(facts), false)}
        </button>
      </h3>
      <div class="operation-body" id=${body} ?hidden=${!isOpen}>${isOpen ? bodyOf(facts) : nothing}</div>
    </li>
  `;
}

const bodyOf = (facts: SectionFacts): TemplateResult => html`
  ${facts.operation.waiting && isGoing(facts.operation) ? waitingPart(facts.operation.waiting, facts) : nothing}
  ${facts.operation.error ? failurePart(facts.operation.error, facts) : nothing}
  ${facts.operation.detail ? html`<p class="operation-detail quiet">${facts.operation.detail}</p>` : nothing}
  ${
    facts.log && facts.log.length > 0
      ? html`<srdeploy-log .store=${facts.log} .label=${`Log of ${facts.operation.name}`}></srdeploy-log>`
      : facts.operation.type === 'pause' || facts.operation.error
        ? nothing
        : html`<p class="operation-detail quiet">${emptyText(facts.operation)}</p>`
  }
`;

function failurePart(failure: Failure, { post }: SectionFacts): TemplateResult {
  const { file, line } = failure;
  return html`
    <div class="failure">
      <p class="failure-message">${failure.message}</p>
      <p class="failure-facts">
        ${
          file
            ? placeLink({ file, line: line ?? 1, column: failure.column ?? 1 }, (place) =>
                post({ type: 'open-place', ...place }),
              )
            : nothing
        }
        ${failure.sqlstate ? html`<span class="quiet">SQLSTATE <span class="mono">${failure.sqlstate}</span></span>` : nothing}
        <span class="quiet mono">${failure.code}</span>
      </p>
      ${failure.statement ? html`<pre class="failure-statement mono" tabindex="0" aria-label="Failed statement">${failure.statement}</pre>` : nothing}
    </div>
  `;
}

function waitingPart(waiting: Waiting, { operation, post }: SectionFacts): TemplateResult | typeof nothing {
  switch (waiting.reason) {
    case 'pause':
      return html`
        <div class="pause">
          <p class="pause-message">${waiting.message}</p>
          <vscode-button icon="debug-continue" @click=${() => post({ type: 'continue', operation: operation.id })}
            >Continue</vscode-button
          >
        </div>
      `;
    case 'retry':
      return html`<p class="operation-detail">Try ${waiting.nextTry} follows in ${waiting.delaySec} s.</p>`;
    case 'approval':
      return html`<p class="operation-detail">Waiting for approval.</p>`;
    default:
      // A newer runner may wait for something that this panel has no words for: the status word still says that it waits.
      return nothing;
  }
}

/** A column of the header. The comma, which takes no room, makes one sentence of the columns for a screen reader. */
const headPart = (classes: string, text: string, hasNext = true): TemplateResult =>
  html`<span class=${classes}>${text}${text !== '' && hasNext ? html`<span class="comma">,</span>` : nothing}</span>`;

const triesText = ({ attempts }: OperationView): string => (attempts > 1 ? `${attempts} tries` : '');

function timeText({ operation, now }: Pick<SectionFacts, 'operation' | 'now'>): string {
  if (isGoing(operation) && operation.startedAt) return elapsedText(now - Date.parse(operation.startedAt));
  return operation.durationMs === undefined ? '' : durationText(operation.durationMs);
}

function emptyText({ status }: OperationView): string {
  if (status === 'pending') return 'Not started yet.';
  return status === 'running' || status === 'waiting' ? 'No output yet.' : 'No output.';
}

const isGoing = ({ status }: OperationView): boolean => status === 'running' || status === 'waiting';
