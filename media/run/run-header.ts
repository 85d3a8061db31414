import { html, nothing, type TemplateResult } from 'lit';
import { elapsedText, type FromRunPanel, lookOf, type RunView, runStatusLooks } from '../../protocol/index.ts';
import { plainIcon, statusIcon } from '../panel/status-icon.ts';
import { targetBadges } from '../panel/target-badges.ts';
import { placeOf } from './announcement.ts';

/** What the header shows besides the run itself. `now` is in the host's milliseconds. */
export interface HeaderFacts {
  readonly run: RunView;
  readonly production: boolean;
  readonly now: number;
  readonly post: (message: FromRunPanel) => void;
}

export const runHeader = (facts: HeaderFacts): TemplateResult => html`
  <header class="head">
    <div class="head-words">
      <div class="head-name">
        <h1>${facts.run.plan.name}</h1>
        ${targetBadges(facts.run.target, facts.production)}
      </div>
      <div class="head-facts">
        <span class="head-status">${statusIcon(lookOf(runStatusLooks, facts.run.status))}${statusText(facts.run)}</span>
        ${elapsed(facts) === '' ? nothing : html`<span title="Time of this attempt">${elapsed(facts)}</span>`}
        ${facts.run.attempt > 1 ? html`<span>attempt ${facts.run.attempt}</span>` : nothing}
        <span>by ${facts.run.by}</span>
        <span class="mono" title="Run">${facts.run.id}</span>
      </div>
      ${kin(facts)}
    </div>
    <div class="actions">${actions(facts)}</div>
  </header>
`;

/** "Running · Step 2 of 6", "Cancelling…", "Failed". */
function statusText(run: RunView): string {
  const isGoing = run.status === 'running' || run.status === 'waiting';
  if (isGoing && run.cancelRequested) return 'Cancelling…';
  const { word } = lookOf(runStatusLooks, run.status);
  const current = isGoing
    ? run.operations.find(({ status }) => status === 'running' || status === 'waiting')
    : undefined;
  if (run.waiting?.reason === 'approval')
    return `Waiting for approval (${run.waiting.approvals} of ${run.waiting.needed})`;
  return capital(word) + (current ? ` · ${placeOf(current, run)}` : '');
}

const backWord = (status: RunView['status']): string => {
  const { word } = lookOf(runStatusLooks, status);
  return status === 'rolled_back' || status === 'rollback_partial' ? word : `rollback ${word},`;
};

/** The run that this one takes back, or those that took this one back. */
function kin({ run, post }: HeaderFacts): TemplateResult | typeof nothing {
  const open = (id: RunView['id']) =>
    html`<button type="button" class="link mono" @click=${() => post({ type: 'open-run', run: id })}>${id}</button>`;
  const lines = [
    ...(run.rollsBack ? [html`<span>${plainIcon('discard')}takes back run ${open(run.rollsBack)}</span>`] : []),
    ...(run.rolledBackBy ?? []).map(
      (one) => html`<span>${plainIcon('discard')}${backWord(one.status)} by run ${open(one.run)}</span>`,
    ),
  ];
  return lines.length === 0 ? nothing : html`<div class="head-facts">${lines}</div>`;
}

function elapsed({ run, now }: HeaderFacts): string {
  const attempt = run.attempts.at(-1);
  const since = Date.parse(attempt?.startedAt ?? run.createdAt);
  const until = run.finishedAt ? Date.parse(run.finishedAt) : run.status === 'interrupted' ? undefined : now;
  return until === undefined ? '' : elapsedText(until - since);
}

function actions({ run, post }: HeaderFacts): readonly (TemplateResult | typeof nothing)[] {
  const isGoing = run.status === 'running' || run.status === 'waiting';
  const button = (icon: string, text: string, message: FromRunPanel, primary: boolean, disabled = false) =>
    html`<vscode-button icon=${icon} ?secondary=${!primary} ?disabled=${disabled} @click=${() => disabled || post(message)}
      >${text}</vscode-button
    >`;
  return [
    run.waiting?.reason === 'approval' && isGoing ? button('verified', 'Approve', { type: 'approve' }, true) : nothing,
    run.resumeFrom ? button('debug-continue', 'Resume', { type: 'resume' }, true) : nothing,
    isGoing ? button('debug-stop', 'Cancel', { type: 'cancel' }, false, run.cancelRequested) : nothing,
    run.canRollBack ? button('discard', 'Roll Back…', { type: 'rollback' }, false) : nothing,
    button('go-to-file', 'Open Plan', { type: 'open-plan' }, false),
    button('output', 'Open Log', { type: 'open-log' }, false),
  ];
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
