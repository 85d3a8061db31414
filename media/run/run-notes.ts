import { html, nothing, type TemplateResult } from 'lit';
import type { RunView } from '../../protocol/index.ts';
import { plainIcon } from '../panel/status-icon.ts';

/** Why the run ended, where no operation says it already. */
export function runFailure(run: RunView): TemplateResult | typeof nothing {
  const error = run.error;
  if (!error || run.operations.some((operation) => operation.error && error.message.includes(operation.error.message)))
    return nothing;
  const isBad = ['failed', 'unknown', 'rollback_partial'].includes(run.status);
  return html`<div class="notice ${isBad ? 'notice-error' : ''}">
    ${plainIcon(isBad ? 'error' : 'info')}
    <p class="notice-words">${error.message}</p>
  </div>`;
}

/** What a resume would do, before anybody asks for it. */
export function resumeHint(run: RunView): TemplateResult | typeof nothing {
  const next = run.operations.find(({ id }) => id === run.resumeFrom);
  if (!next) return nothing;
  const why = run.status === 'interrupted' ? 'The process that executed this run is gone. ' : '';
  return html`<p class="resume-hint quiet">
    ${why}Resume repeats the pre-checks, skips the steps that have succeeded and goes on at “${next.name}”.
  </p>`;
}
