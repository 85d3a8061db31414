import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type {
  FromRunPanel,
  OperationId,
  OperationView,
  PanelNotice,
  RunPanelState,
  RunView,
  ToRunPanel,
} from '../../protocol/index.ts';
import { connectHost, type Host } from '../panel/host.ts';
import { plainIcon } from '../panel/status-icon.ts';
import { announcement } from './announcement.ts';
import { groupHead } from './group-head.ts';
import { LiveRegion } from './live-region.ts';
import { LogStore } from './log-store.ts';
import { type OperationGroup, operationGroups } from './operation-groups.ts';
import { operationSection } from './operation-section.ts';
import { runHeader } from './run-header.ts';
import { resumeHint, runFailure } from './run-notes.ts';

type RunMessage = Extract<ToRunPanel, { readonly type: 'run' }>;

/** What all operations of one drawing share. */
interface Drawn {
  readonly run: RunView;
  /** Epoch milliseconds of the host. */
  readonly now: number;
  readonly tabStop: OperationId | undefined;
}

/** The run panel: draws what the host says and asks for what a person clicks. It decides nothing. */
export class RunApp extends LitElement {
  readonly #logs = new Map<OperationId, LogStore>();
  /** What the person opened or closed; the rest opens while it runs or after it failed. */
  readonly #chosen = new Map<OperationId, boolean>();
  /** Titles of the groups that the person closed. */
  readonly #closed = new Set<string>();
  readonly #host: Host<FromRunPanel, RunPanelState>;
  readonly #live: LiveRegion;
  #shown: RunMessage | undefined;
  #notice: PanelNotice | undefined;
  /** Host clock minus this page's clock. */
  #skewMs = 0;
  #tabStop: OperationId | undefined;
  #ticking: number | undefined;

  constructor() {
    super();
    this.#host = connectHost((message: ToRunPanel) => this.#hear(message));
    this.#live = new LiveRegion(document.body);
  }

  /** Light DOM: one style sheet, one icon font, one tree for assistive technology. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#host.post({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
  }

  protected override render(): TemplateResult {
    const shown = this.#shown;
    if (!shown) return html`<main>${this.#noticePart() ?? html`<p class="quiet">Reading the run…</p>`}</main>`;
    const now = Date.now() + this.#skewMs;
    const post = (message: FromRunPanel) => this.#host.post(message);
    const groups = operationGroups(shown.run, shown.groups);
    const drawn: Drawn = { run: shown.run, now, tabStop: this.#stop(groups) };
    return html`
      <main class=${shown.production ? 'production' : ''}>
        ${runHeader({ run: shown.run, production: shown.production, now, post })} ${this.#noticePart() ?? nothing}
        ${runFailure(shown.run)} ${resumeHint(shown.run)}
        <div class="fold">
          <button type="button" class="link" @click=${() => this.#openAll(shown.run, true)}>Expand all</button>
          <button type="button" class="link" @click=${() => this.#openAll(shown.run, false)}>Collapse all</button>
        </div>
        <div class="operations" @keydown=${this.#onKey}>
          ${groups.map((group) => this.#group(group, drawn))}
        </div>
      </main>
    `;
  }

  #hear(message: ToRunPanel): void {
    switch (message.type) {
      case 'run':
        this.#hearRun(message);
        break;
      case 'log':
        this.#hearLog(message.operation, message);
        break;
      case 'reset':
        this.#logs.clear();
        this.requestUpdate();
        break;
      case 'notice':
        this.#notice = message.notice;
        this.requestUpdate();
        break;
      default:
        // A newer host may know more words: what this panel does not know, it leaves alone.
        break;
    }
  }

  #hearRun(message: RunMessage): void {
    const said = announcement(this.#shown?.run, message.run);
    if (said && this.#shown) this.#live.say(said);
    this.#shown = message;
    this.#skewMs = message.now - Date.now();
    this.#host.keep(message.state);
    this.#tick(message.run.status === 'running' || message.run.status === 'waiting');
    this.requestUpdate();
  }

  #hearLog(operation: OperationId, { lines }: Extract<ToRunPanel, { readonly type: 'log' }>): void {
    const known = this.#logs.get(operation);
    const log = known ?? new LogStore();
    if (!known) {
      this.#logs.set(operation, log);
      this.requestUpdate();
    }
    log.append(lines);
    this.#host.post({ type: 'credit' });
  }

  #tick(goes: boolean): void {
    if (goes) this.#ticking ??= window.setInterval(() => this.requestUpdate(), 1_000);
    else {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  }

  #group(group: OperationGroup, drawn: Drawn): TemplateResult {
    const isClosed = group.type === 'group' && this.#closed.has(group.title);
    return html`
      <section class="group">
        ${
          group.type === 'phase'
            ? html`<h2>${group.title}</h2>`
            : groupHead(group, !isClosed, () => this.#toggleGroup(group.title))
        }
        <ol class="operation-list" id=${`list-${encodeURIComponent(group.title)}`} ?hidden=${isClosed}>
          ${isClosed ? nothing : group.operations.map((operation) => this.#section(operation, drawn))}
        </ol>
      </section>
    `;
  }

  #section(operation: OperationView, { run, now, tabStop }: Drawn): TemplateResult {
    return operationSection({
      operation,
      run,
      now,
      log: this.#logs.get(operation.id),
      isOpen: this.#isOpen(operation),
      isTabStop: operation.id === tabStop,
      post: (message) => this.#host.post(message),
      toggle: () => this.#open(operation.id, !this.#isOpen(operation)),
    });
  }

  /** The header that the tab key reaches: the last that was used, else the first, of those that are shown. */
  #stop(groups: readonly OperationGroup[]): OperationId | undefined {
    const shown = groups
      .filter(({ type, title }) => type === 'phase' || !this.#closed.has(title))
      .flatMap(({ operations }) => operations);
    return (shown.find(({ id }) => id === this.#tabStop) ?? shown[0])?.id;
  }

  #toggleGroup(title: string): void {
    if (!this.#closed.delete(title)) this.#closed.add(title);
    this.requestUpdate();
  }

  #noticePart(): TemplateResult | undefined {
    if (!this.#notice) return undefined;
    const { severity, message } = this.#notice;
    return html`<div class="notice ${severity === 'error' ? 'notice-error' : ''}">
      ${plainIcon(severity === 'error' ? 'error' : 'info')}
      <p class="notice-words">${message}</p>
    </div>`;
  }

  #isOpen(operation: OperationView): boolean {
    return this.#chosen.get(operation.id) ?? ['running', 'waiting', 'failed', 'unknown'].includes(operation.status);
  }

  #open(operation: OperationId, open: boolean): void {
    this.#chosen.set(operation, open);
    this.#tabStop = operation;
    this.requestUpdate();
  }

  #openAll(run: RunView, open: boolean): void {
    for (const { id } of run.operations) this.#chosen.set(id, open);
    this.requestUpdate();
  }

  /** Arrows, Home and End move among the headers; right opens, left closes. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const heads = [...this.querySelectorAll<HTMLElement>('.operation-head')];
    const index = heads.indexOf(event.target as HTMLElement);
    const operation = this.#shown?.run.operations.find(
      ({ id }) => id === heads[index]?.closest('li')?.dataset.operation,
    );
    if (!operation) return;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: heads.length - 1,
    };
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') this.#open(operation.id, event.key === 'ArrowRight');
    else if (Object.hasOwn(moves, event.key)) this.#moveTo(heads[moves[event.key] ?? index]);
    else return;
    event.preventDefault();
  };

  #moveTo(head: HTMLElement | undefined): void {
    const id = head?.closest('li')?.dataset.operation;
    if (!head || id === undefined) return;
    this.#tabStop = id as OperationId;
    head.focus();
    this.requestUpdate();
  }
}
