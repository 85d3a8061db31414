import type { DialectRules } from '../dialect-rules.ts';
import { type Lexeme, lexemesOf } from './statement-tokens.ts';

export interface EmbeddedStatement {
  readonly text: string;
  /** In the block's text, UTF-16. */
  readonly offset: number;
  /** `EXECUTE …`: what it runs is only known then. */
  readonly isDynamic: boolean;
}

const CHANGES = /^(ALTER|CREATE|DROP|TRUNCATE|DELETE|UPDATE|INSERT|MERGE|GRANT|REINDEX|CLUSTER|REFRESH|LOCK|COPY)$/;
const OPENS = /^(BEGIN|THEN|ELSE|LOOP)$/;

/** The statements of a procedural block that change something: each from its first word to its semicolon. */
export function embeddedStatements(block: string, rules: DialectRules): readonly EmbeddedStatement[] {
  const lexemes = lexemesOf(block, rules);
  const found: EmbeddedStatement[] = [];
  for (let i = 0; i < lexemes.length; i += 1) {
    const lexeme = lexemes[i] as Lexeme;
    const before = lexemes[i - 1];
    const isFirst = before === undefined || before.text === ';' || OPENS.test(before.word);
    const isDynamic = lexeme.word === 'EXECUTE';
    if (!isFirst || !(isDynamic || CHANGES.test(lexeme.word))) continue;
    const end = lexemes.findIndex((one, at) => at > i && one.text === ';');
    const last = lexemes[(end < 0 ? lexemes.length : end) - 1] as Lexeme;
    found.push({ text: block.slice(lexeme.start, last.end), offset: lexeme.start, isDynamic });
    if (end < 0) break;
    i = end - 1;
  }
  return found;
}
