import { html, nothing, type TemplateResult } from 'lit';
import type { ScriptDifference } from '../../protocol/index.ts';

/** What was changed in scripts since they were applied or planned, folded up. */
export function differenceList(differences: readonly ScriptDifference[] | undefined): TemplateResult | typeof nothing {
  if (!differences || differences.length === 0) return nothing;
  return html`
    <section class="group">
      <h2>Changed scripts<span>${differences.length}</span></h2>
      <ul class="rows">
        ${differences.map(
          ({ script, unified }) => html`
            <li class="row">
              <div class="row-words">
                ${
                  unified === undefined
                    ? html`${script} <span class="quiet">was changed; its earlier text was not kept</span>`
                    : html`<details>
                        <summary>${script}</summary>
                        <pre class="mono difference">${unified}</pre>
                      </details>`
                }
              </div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
