import { html, nothing, type TemplateResult } from 'lit';
import type { ApprovalsView } from '../../protocol/index.ts';
import { plainIcon } from '../panel/status-icon.ts';

/** Who approved, and what of it counts for this very plan. */
export function approvalList(approvals: ApprovalsView | undefined): TemplateResult | typeof nothing {
  if (!approvals || approvals.given.length === 0) return nothing;
  return html`
    <section class="group">
      <h2>Approvals<span>${approvals.have} of ${approvals.needed}</span></h2>
      <ul class="rows">
        ${approvals.given.map(
          ({ by, at, comment, counts, why }) => html`
            <li class="row">
              <span class=${counts ? 'tone-good' : 'tone-calm'}>${plainIcon(counts ? 'pass' : 'circle-slash')}</span>
              <div class="row-words">
                <div>${by}${counts ? nothing : html` <span class="quiet">does not count: ${why}</span>`}</div>
                ${comment === '' ? nothing : html`<div class="quiet">${comment}</div>`}
              </div>
              <span class="row-side quiet">${new Date(at).toLocaleString()}</span>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
