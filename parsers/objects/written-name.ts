import type { DialectRules } from '../dialect-rules.ts';
import type { Lexeme } from '../effects/statement-tokens.ts';

/** A name as a statement writes it. Offsets are into the statement, of the last part alone. */
export interface WrittenName {
  /** What stands before the last dot, in lower case; undefined without one, and for the schema that a database looks in by itself. */
  readonly schema: string | undefined;
  /** The last part in lower case without quotes: what names are compared by. */
  readonly key: string;
  /** The last part as it is written. */
  readonly written: string;
  readonly start: number;
  readonly end: number;
  /** Index of the token behind it. */
  readonly after: number;
}

const OWN_SCHEMAS = new Set(['public', 'main', 'dbo']);

/** The name whose first token is at an index; undefined where none stands there. */
export function writtenName(lexemes: readonly Lexeme[], at: number, rules: DialectRules): WrittenName | undefined {
  const parts: Lexeme[] = [];
  for (let index = at; ; index += 2) {
    const part = lexemes[index];
    if (!part || !isName(part, rules)) break;
    parts.push(part);
    if (lexemes[index + 1]?.text !== '.') break;
  }
  const last = parts.at(-1);
  if (!last) return undefined;
  const schema = parts
    .slice(0, -1)
    .map(({ text }) => nameKey(text))
    .join('.');
  return {
    schema: schema === '' || OWN_SCHEMAS.has(schema) ? undefined : schema,
    key: nameKey(last.text),
    written: last.text,
    start: last.start,
    end: last.end,
    after: at + parts.length * 2 - 1,
  };
}

/** True for a word, and for what stands in the quotes that a dialect writes names in. */
export const isName = ({ kind, text }: Pick<Lexeme, 'kind' | 'text'>, rules: DialectRules): boolean =>
  kind === 'word' || (kind === 'quoted' && nameQuotesOf(rules).includes(text[0] ?? ' '));

/** MySQL writes strings in double quotes, the others names. */
const nameQuotesOf = ({ mysqlComments, nameQuotes }: DialectRules): string =>
  mysqlComments ? nameQuotes : `"${nameQuotes}`;

/** A name without quotes, in lower case. */
export const nameKey = (written: string): string => bareName(written).toLowerCase();

/** A name as it is written, without quotes. */
export function bareName(written: string): string {
  const quote = /^["`[]/.exec(written)?.[0];
  if (quote === undefined) return written;
  const inside = written.replace(/^.|["`\]]$/g, '');
  return quote === '[' ? inside : inside.replaceAll(quote + quote, quote);
}
