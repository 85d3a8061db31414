import { html, type TemplateResult } from 'lit';

/** A place in a file of the project; line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place as a link that opens it in the editor. */
export const placeLink = (place: Place, open: (place: Place) => void, label = placeText(place)): TemplateResult =>
  html`<button
    type="button"
    class="link mono"
    aria-label="Open ${label}"
    @click=${() => open(place)}
  >${label}</button>`;

const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
