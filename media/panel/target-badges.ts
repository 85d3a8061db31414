import { html, nothing, type TemplateResult } from 'lit';

/** Where it goes, in words: the target, and PROD where the strict rules hold. */
export const targetBadges = (target: string, production: boolean, kind?: string): TemplateResult => html`
  ${production ? html`<span class="badge badge-prod">PROD</span>` : nothing}
  <span class="badge">${target}</span>
  ${kind && kind !== 'production' && kind !== target ? html`<span class="quiet">${kind}</span>` : nothing}
`;
