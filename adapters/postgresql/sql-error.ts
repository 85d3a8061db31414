import type { SqlError } from '../../core/index.ts';
import { sqlErrorOf } from '../sql-refusal.ts';
import type { ServerError } from './exchange.ts';

/** The server's error as the port has it; `statement` is what was sent, for the position. */
export function sqlError(error: ServerError, statement: string | undefined): SqlError {
  const detail = [error.detail, error.where].filter(Boolean).join('\n');
  return sqlErrorOf(error.message, {
    sqlstate: error.code,
    offset: statement === undefined || !error.position ? undefined : utf16Offset(statement, Number(error.position)),
    detail: detail || undefined,
    hint: error.hint,
  });
}

/** The server counts code points from 1, texts here count UTF-16 units from 0. */
export function utf16Offset(text: string, position: number): number {
  let offset = 0;
  for (let point = 1; point < position && offset < text.length; point += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}
