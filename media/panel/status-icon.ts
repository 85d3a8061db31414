import { html, type TemplateResult } from 'lit';
import type { StatusLook } from '../../protocol/index.ts';

/** A status icon; the word always stands beside it, so the icon itself is silent. */
export const statusIcon = (look: StatusLook): TemplateResult =>
  html`<span
    class="codicon codicon-${look.icon} tone-${look.tone} ${look.icon === 'loading' ? 'codicon-modifier-spin' : ''}"
    aria-hidden="true"
  ></span>`;

/** An icon that only decorates. */
export const plainIcon = (icon: string): TemplateResult =>
  html`<span class="codicon codicon-${icon}" aria-hidden="true"></span>`;
