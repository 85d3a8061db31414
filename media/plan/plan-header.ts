import { html, nothing, type TemplateResult } from 'lit';
import type { FromPlanPanel, PlanView } from '../../protocol/index.ts';
import { plainIcon } from '../panel/status-icon.ts';
import { targetBadges } from '../panel/target-badges.ts';

/** What the header of the preview shows. `blocked` says why Run is not offered. */
export interface PlanHeaderFacts {
  readonly view: PlanView;
  readonly blocked: string | undefined;
  /** True where nothing is to be run from here: then nothing offers to. */
  readonly isDryRun: boolean;
  readonly isBusy: boolean;
  readonly post: (message: FromPlanPanel) => void;
}

export const planHeader = ({ view, blocked, isDryRun, isBusy, post }: PlanHeaderFacts): TemplateResult => {
  const { plan } = view;
  const isWayBack = plan.purpose?.type === 'roll_back';
  const cannotRun = isBusy || blocked !== undefined || view.findings.some(({ severity }) => severity === 'error');
  return html`
    <header class="head">
      <div class="head-words">
        <div class="head-name">
          <h1>${plan.source.name}</h1>
          ${targetBadges(plan.target.id, view.production, plan.target.kind)}
        </div>
        <div class="head-facts">
          <span class="head-status">${view.summary}</span>
        </div>
        <div class="head-facts">
          ${plan.connection || !view.databases ? html`<span>${plainIcon('database')}${plan.connection ? `${plan.connection.backend}, ${plan.connection.ref}` : 'no database'}</span>` : nothing}
          ${(view.databases ?? []).map(({ name, connection }) => html`<span>${plainIcon('database')}${connection.backend}, ${name}</span>`)}
          ${plan.scope.length > 0 ? html`<span>${plainIcon('filter')}Only ${plan.scope.join(', ')}</span>` : nothing}
          <span title="Digest ${plan.digest}">${plainIcon('git-commit')}<span class="mono">${plan.digest.slice(0, 12)}</span></span>
          <span>${plainIcon('file')}<button type="button" class="link" @click=${() => post({ type: 'open-place', file: plan.source.file, line: 1, column: 1 })}>${plan.source.file}</button></span>
        </div>
      </div>
      <div class="actions">
        ${isDryRun ? nothing : runButton(isWayBack, cannotRun, blocked, post)}
        ${isDryRun ? nothing : approveButton(view, isBusy || blocked !== undefined, post)}
        <vscode-button secondary icon="refresh" ?disabled=${isBusy} @click=${() => isBusy || post({ type: 'refresh' })}
          >Refresh</vscode-button
        >
      </div>
    </header>
    <p class="preview-note quiet">
      ${isDryRun ? 'Dry run' : 'Read-only preview'}, made at ${clockText(plan.base.createdAt)}.
      ${view.reached.type === 'yes' ? html`Target: ${view.reached.serverVersion}.` : nothing}
      ${isDryRun ? 'Nothing was run, and nothing has been changed.' : 'Nothing has been changed.'}
    </p>
  `;
};

const runButton = (
  isWayBack: boolean,
  cannotRun: boolean,
  blocked: string | undefined,
  post: PlanHeaderFacts['post'],
): TemplateResult => html`<vscode-button
  icon=${isWayBack ? 'discard' : 'play'}
  ?disabled=${cannotRun}
  title=${blocked ?? (isWayBack ? 'Take back what the run applied' : 'Run this plan')}
  @click=${() => cannotRun || post({ type: 'run' })}
  >${isWayBack ? 'Run Rollback' : 'Run'}</vscode-button
>`;

/** Offered as long as approvals are missing; what it lacks stands below. */
function approveButton(
  view: PlanView,
  isDisabled: boolean,
  post: PlanHeaderFacts['post'],
): TemplateResult | typeof nothing {
  if (!view.approvals?.required) return nothing;
  const { have, needed } = view.approvals;
  const isOff = isDisabled || have >= needed;
  return html`<vscode-button
    secondary
    icon="verified"
    ?disabled=${isOff}
    title="Approve exactly this plan"
    @click=${() => isOff || post({ type: 'approve' })}
    >Approve (${have} of ${needed})</vscode-button
  >`;
}

const clockText = (iso: string): string => new Date(iso).toLocaleTimeString();
