import type { Backend } from '../core/index.ts';
import { dialectRules } from './dialect-rules.ts';
import { tokenAt } from './tokens.ts';

/**
 * The script's tokens joined by one space. Comments and white space are gone, and so are semicolons that end nothing. Line ends
 * inside strings read as LF, as in the checksum over the bytes. Spec: ports, `SqlSyntax`; rulings, "Migration history, twice".
 */
export function normalise(script: string, dialect: Backend): string {
  const rules = dialectRules(dialect);
  const text = script.replaceAll('\r\n', '\n');
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, rules);
    at = token.end;
    if (token.kind === 'space' || token.kind === 'comment') continue;
    if (token.kind === 'semicolon' && (parts.length === 0 || parts.at(-1) === ';')) continue;
    parts.push(text.slice(token.start, token.end));
  }
  if (parts.at(-1) === ';') parts.pop();
  return parts.join(' ');
}
