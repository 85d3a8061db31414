import { html, nothing, type TemplateResult } from 'lit';
import { categoryWords, type DangerView, type FromPlanPanel } from '../../protocol/index.ts';
import { placeLink } from '../panel/place-link.ts';
import { plainIcon } from '../panel/status-icon.ts';

const looks: Readonly<Record<DangerView['severity'], { readonly icon: string; readonly tone: string }>> = {
  error: { icon: 'error', tone: 'tone-bad' },
  warning: { icon: 'warning', tone: 'tone-attention' },
  information: { icon: 'info', tone: 'tone-busy' },
  hint: { icon: 'lightbulb', tone: 'tone-calm' },
};

/** What a migration can do, each with its place and, folded up, how to get the same result safely. */
export function dangerList(
  dangers: readonly DangerView[],
  post: (message: FromPlanPanel) => void,
): TemplateResult | typeof nothing {
  if (dangers.length === 0) return nothing;
  return html`
    <ul class="dangers" aria-label="Dangers">
      ${dangers.map((danger) => dangerRow(danger, post))}
    </ul>
  `;
}

function dangerRow(danger: DangerView, post: (message: FromPlanPanel) => void): TemplateResult {
  const { icon, tone } = looks[danger.severity] ?? looks.information;
  const { line, column } = danger.range.start;
  const open = placeLink({ file: danger.file, line, column }, (place) => post({ type: 'open-place', ...place }));
  // A category of a newer version has no word of ours.
  const word = categoryWords[danger.category] ?? danger.category;
  return html`
    <li class="danger">
      <span class=${tone}>${plainIcon(icon)}</span>
      <div class="row-words">
        <div>
          <span class="danger-word"><span class="unseen">${danger.severity}: </span>${word}</span>
          ${danger.message} <span class="quiet mono" title=${danger.rule}>${danger.code}</span> ${open}
        </div>
        <details>
          <summary>Safer form</summary>
          <p>${danger.saferForm}</p>
        </details>
      </div>
    </li>
  `;
}
