import { html, type TemplateResult } from 'lit';
import { lookOf, operationStatusLooks } from '../../protocol/index.ts';
import { plainIcon, statusIcon } from '../panel/status-icon.ts';
import { groupCount, groupStatus, type OperationGroup } from './operation-groups.ts';

/** The heading of a group, a button that opens and closes it: name, state in words, how much of it is done. */
export function groupHead({ title, operations }: OperationGroup, isOpen: boolean, toggle: () => void): TemplateResult {
  const look = lookOf(operationStatusLooks, groupStatus(operations));
  return html`
    <h2>
      <button type="button" class="group-head" aria-expanded=${isOpen} aria-controls=${`list-${encodeURIComponent(title)}`} @click=${toggle}>
        ${plainIcon(isOpen ? 'chevron-down' : 'chevron-right')} ${statusIcon(look)}
        <span class="group-name">${title}<span class="comma">,</span></span>
        <span class=${`tone-word-${look.tone}`}>${look.word}<span class="comma">,</span></span>
        <span>${groupCount(operations)}</span>
      </button>
    </h2>
  `;
}
