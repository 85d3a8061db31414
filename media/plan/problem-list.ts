import { html, type TemplateResult } from 'lit';
import type { FindingView, FromPlanPanel } from '../../protocol/index.ts';
import { placeLink } from '../panel/place-link.ts';
import { plainIcon } from '../panel/status-icon.ts';

const looks: Readonly<Record<FindingView['severity'], { readonly icon: string; readonly tone: string }>> = {
  error: { icon: 'error', tone: 'tone-bad' },
  warning: { icon: 'warning', tone: 'tone-attention' },
  information: { icon: 'info', tone: 'tone-busy' },
  hint: { icon: 'lightbulb', tone: 'tone-calm' },
};
const order: readonly FindingView['severity'][] = ['error', 'warning', 'information', 'hint'];

/** What is wrong, worst first, each with its place as a link. */
export function problemList(
  title: string,
  findings: readonly FindingView[],
  post: (message: FromPlanPanel) => void,
): TemplateResult {
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return html`
    <section class="group">
      <h2>${title}</h2>
      <ul class="rows">
        ${sorted.map((finding) => problemRow(finding, post))}
      </ul>
    </section>
  `;
}

function problemRow(finding: FindingView, post: (message: FromPlanPanel) => void): TemplateResult {
  const { icon, tone } = looks[finding.severity] ?? looks.information;
  const { line, column } = finding.range?.start ?? { line: 1, column: 1 };
  return html`
    <li class="row problem">
      <span class=${tone}>${plainIcon(icon)}</span>
      <span class="row-words"><span class="unseen">${finding.severity}: </span>${finding.message}</span>
      <span class="row-side">
        ${finding.file ? placeLink({ file: finding.file, line, column }, (place) => post({ type: 'open-place', ...place })) : ''}
        <span class="mono quiet">${finding.code}</span>
      </span>
    </li>
  `;
}
