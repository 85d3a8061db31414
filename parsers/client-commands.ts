import type { DialectRules } from './dialect-rules.ts';
import type { Token } from './tokens.ts';

const DOT = /\.[A-Za-z]\w*[^\r\n]*/y;
const DELIMITER = /delimiter[ \t]+[^\r\n]*/iy;
const SET_TERM = /set[ \t]+term\b[^\r\n]*/iy;

/** Where a line ends that is a command of the vendor's own client and begins at `at`, between statements; undefined for anything else. */
export function lineCommandEnd(script: string, at: number, rules: DialectRules): number | undefined {
  if (rules.clientCommands === 'psql') return undefined;
  const expression = rules.clientCommands === 'dot' ? DOT : rules.clientCommands === 'delimiter' ? DELIMITER : SET_TERM;
  expression.lastIndex = at;
  return expression.test(script) ? expression.lastIndex : undefined;
}

/** Past the line `\.` that ends the data of a `COPY … FROM stdin`; the end of the script where there is no such line. */
export function copyDataEnd(script: string, from: number): number {
  const end = /(?:^|[\r\n])\\\.(?=[\r\n]|$)/g;
  end.lastIndex = from;
  const found = end.exec(script);
  return found ? end.lastIndex : script.length;
}

export function unterminatedMessage(script: string, token: Token): string {
  if (token.kind === 'comment' || token.kind === 'symbol') return 'This comment is never closed.';
  const open = script.slice(token.start, token.start + 64);
  const tag = /^\$\w*\$/.exec(open)?.[0];
  if (tag) return `The text that begins with ${tag} is never closed.`;
  return `The quote that opens here (${/['"`[]/.exec(open)?.[0] ?? open[0]}) is never closed.`;
}
