import { html, LitElement, nothing, type TemplateResult } from 'lit';
import {
  type FromPlanPanel,
  manualText,
  type PlanPanelState,
  type PlanView,
  phaseWords,
  type ToPlanPanel,
} from '../../protocol/index.ts';
import { connectHost, type Host } from '../panel/host.ts';
import { plainIcon } from '../panel/status-icon.ts';
import { approvalList } from './approval-list.ts';
import { differenceList } from './difference-list.ts';
import { needList } from './need-list.ts';
import { operationRow } from './operation-row.ts';
import { planHeader } from './plan-header.ts';
import { problemList } from './problem-list.ts';

type PlanMessage = Extract<ToPlanPanel, { readonly type: 'plan' }>;
type Refused = Extract<ToPlanPanel, { readonly type: 'refused' }>;

/** The plan preview: what would happen, what is wrong, and what is needed before it may. It changes nothing. */
export class PlanApp extends LitElement {
  readonly #host: Host<FromPlanPanel, PlanPanelState>;
  #shown: PlanMessage | Refused | undefined;
  #isBusy = true;
  #isStale = false;

  constructor() {
    super();
    this.#host = connectHost((message: ToPlanPanel) => this.#hear(message));
  }

  /** Light DOM: one style sheet, one icon font, one tree for assistive technology. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#host.post({ type: 'ready' });
  }

  protected override render(): TemplateResult {
    const shown = this.#shown;
    return html`
      <main class=${shown?.type === 'plan' && shown.view.production ? 'production' : ''} aria-busy=${this.#isBusy}>
        <p class="unseen" role="status">${this.#isBusy ? 'Planning' : this.#spokenResult()}</p>
        ${shown?.type === 'plan' ? this.#plan(shown) : nothing}
        ${shown?.type === 'refused' ? this.#refused(shown) : nothing}
        ${shown ? nothing : html`<p class="quiet">Planning: reading the document, its scripts and the target…</p>`}
      </main>
    `;
  }

  #hear(message: ToPlanPanel): void {
    if (message.type === 'stale') this.#isStale = true;
    else {
      this.#host.keep(message.state);
      this.#isBusy = message.type === 'planning';
      if (message.type !== 'planning') {
        this.#shown = message;
        this.#isStale = false;
      }
    }
    this.requestUpdate();
  }

  #plan({ view, blocked, state }: PlanMessage): TemplateResult {
    const post = (message: FromPlanPanel) => this.#host.post(message);
    return html`
      ${planHeader({ view, blocked, isDryRun: state.dryRun === true, isBusy: this.#isBusy, post })} ${this.#isStale ? this.#staleNotice() : nothing}
      ${view.findings.length > 0 ? problemList('Problems', view.findings, post) : nothing} ${needList(view, blocked)}
      ${approvalList(view.approvals)} ${differenceList(view.differences)}
      ${sectionsOf(view).map(
        ([title, operations]) => html`
          <section class="group">
            <h2>${title}<span>${operations.length}</span></h2>
            <ol class="rows">
              ${operations.map((operation, index) =>
                operationRow(
                  operation,
                  index + 1,
                  {
                    planned: view.operations.find((planned) => planned.operation === operation.id),
                    dangers: view.dangers.filter((danger) => danger.operation === operation.id),
                  },
                  post,
                ),
              )}
            </ol>
          </section>
        `,
      )}
      ${leftOut(view)}
    `;
  }

  #refused({ error, state }: Refused): TemplateResult {
    const post = (message: FromPlanPanel) => this.#host.post(message);
    return html`
      <header class="head">
        <div class="head-words">
          <div class="head-name"><h1>${state.file}</h1></div>
          <div class="head-facts"><span class="head-status">No plan could be made. Nothing has run.</span></div>
        </div>
        <div class="actions">
          <vscode-button icon="refresh" ?disabled=${this.#isBusy} @click=${() => post({ type: 'refresh' })}
            >Try Again</vscode-button
          >
        </div>
      </header>
      <div class="notice notice-error">
        ${plainIcon('error')}
        <p class="notice-words">${error.message}</p>
      </div>
      ${error.problems && error.problems.length > 0 ? problemList('Problems', error.problems, post) : nothing}
    `;
  }

  #staleNotice(): TemplateResult {
    return html`<div class="notice notice-attention">
      ${plainIcon('warning')}
      <p class="notice-words"
        >Files have changed since this plan was made. <button type="button" class="link" @click=${() => this.#host.post({ type: 'refresh' })}>Plan again</button></p>
    </div>`;
  }

  #spokenResult(): string {
    if (this.#shown?.type === 'refused') return `No plan could be made: ${this.#shown.error.message}`;
    return this.#shown ? `Planned: ${this.#shown.view.summary}` : '';
  }
}

type Operations = PlanView['plan']['operations'];

/** Phases in order, each with its operations. */

/** What stands under one heading: operations that follow one another in one group, or in one phase outside of groups. */
function sectionsOf({ plan }: PlanView): readonly (readonly [string, Operations])[] {
  const sections: [string, Operations[number][]][] = [];
  for (const operation of plan.operations) {
    const title = operation.group === undefined ? phaseWords[operation.phase] : `Group ${operation.group}`;
    const last = sections.at(-1);
    if (last?.[0] === title) last[1].push(operation);
    else sections.push([title, [operation]]);
  }
  return sections;
}

/** What the config has and this deployment leaves out: nothing is left out silently. */
function leftOut({ plan, manual }: PlanView): TemplateResult {
  const said = (title: string, words: string) => html`
    <section class="group">
      <h2>${title}</h2>
      <p class="quiet">${words}</p>
    </section>
  `;
  return html`
    ${(plan.idle ?? []).map((group) => said(`Group ${group}`, 'Nothing to do: no file matches its patterns.'))}
    ${(manual ?? []).map((one) => said(`Database ${one.database}: not run by this deployment`, manualText(one)))}
  `;
}
