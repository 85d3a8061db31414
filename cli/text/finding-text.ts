import type { FindingView } from '../../protocol/index.ts';
import type { Paint } from './paint.ts';
import { safeText } from './safe-text.ts';

const inks = { error: 'bad', warning: 'attention', information: 'quiet', hint: 'quiet' } as const;

/** `file:line:column: error CODE message`, the form that editors and CI turn into links. */
export function findingText(finding: FindingView, paint: Paint): string {
  const { start } = finding.range ?? {};
  const place = [finding.file, start?.line, start?.column].filter((part) => part !== undefined).join(':');
  const head = place === '' ? '' : `${safeText(place)}: `;
  return `${head}${paint(inks[finding.severity], finding.severity)} ${finding.code} ${safeText(finding.message)}`;
}
