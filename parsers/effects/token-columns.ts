import type { ColumnDefault, ColumnDefinition, ForeignKey } from '../../core/index.ts';
import type { Lexeme } from './statement-tokens.ts';
import { after, createTokenReader, hasWords, splitAtCommas, unquoted } from './token-reader.ts';

/** A column's definition from its tokens, name first. For MySQL and Firebird, whose words for it are nearly the same. */
export function columnOf(lexemes: readonly Lexeme[]): ColumnDefinition {
  const reader = createTokenReader(lexemes);
  const name = reader.name();
  const type = typeOf(reader.rest());
  const rest = reader.rest();
  const given = after(rest, 'DEFAULT');
  const primaryKey = hasWords(rest, 'PRIMARY', 'KEY') || (hasWords(rest, 'KEY') && !hasWords(rest, 'UNIQUE', 'KEY'));
  const reference = after(rest, 'REFERENCES');
  const charset = after(rest, 'CHARACTER', 'SET')[0] ?? after(rest, 'CHARSET')[0];
  const notNull = hasWords(rest, 'NOT', 'NULL');
  const isGenerated =
    hasWords(rest, 'GENERATED') || hasWords(rest, 'COMPUTED') || (hasWords(rest, 'AS') && given.length === 0);
  return {
    name,
    type,
    notNull: notNull || primaryKey,
    ...(!notNull && saysNull(rest) && { saysNull: true as const }),
    default: given.length === 0 ? 'none' : defaultOf(given),
    generated:
      hasWords(rest, 'AUTO_INCREMENT') || type === 'serial'
        ? 'auto-increment'
        : hasWords(rest, 'AS', 'IDENTITY')
          ? 'identity'
          : !isGenerated
            ? 'none'
            : hasWords(rest, 'STORED') || hasWords(rest, 'PERSISTENT')
              ? 'stored'
              : 'virtual',
    primaryKey,
    unique: hasWords(rest, 'UNIQUE'),
    check: hasWords(rest, 'CHECK'),
    references: reference.length === 0 ? undefined : foreignKeyOf([name], reference),
    ...(given[0]?.text === '(' && { hasExpressionDefault: true as const }),
    ...(charset && { charset: unquoted(charset.text === '=' ? '' : charset.text).toLowerCase() }),
    ...(hasWords(rest, 'COMMENT') && { hasComment: true as const }),
  };
}

/** NULL that stands neither behind NOT nor behind DEFAULT. */
const saysNull = (lexemes: readonly Lexeme[]): boolean =>
  lexemes.some(
    ({ word, depth }, i) =>
      word === 'NULL' &&
      depth === lexemes[0]?.depth &&
      lexemes[i - 1]?.word !== 'NOT' &&
      lexemes[i - 1]?.word !== 'DEFAULT' &&
      lexemes[i - 1]?.word !== 'SET',
  );

/** The words of a type with its length, up to the first word that says something else of the column. */
export function typeOf(lexemes: readonly Lexeme[]): string {
  const words: string[] = [];
  const [first] = lexemes;
  if (first?.kind !== 'word') return '';
  words.push(first.text.toLowerCase());
  for (let i = 1; i < lexemes.length; i += 1) {
    const lexeme = lexemes[i] as Lexeme;
    if (/^(UNSIGNED|PRECISION|VARYING|ZEROFILL)$/.test(lexeme.word)) words.push(` ${lexeme.text.toLowerCase()}`);
    else if (lexeme.text === '(' && lexeme.depth === first.depth) {
      const end = lexemes.findIndex(({ text, depth }, at) => at > i && text === ')' && depth === lexeme.depth);
      if (end < 0) break;
      words.push(
        `(${lexemes
          .slice(i + 1, end)
          .map(({ text }) => text)
          .join('')})`,
      );
      i = end;
    } else break;
  }
  return words.join('');
}

function defaultOf(given: readonly Lexeme[]): ColumnDefault {
  const [first, second] = given;
  if (first?.word === 'NULL') return 'null';
  if (first?.text === '(') {
    const inside = given
      .slice(1, 4)
      .map(({ word }) => word)
      .join(' ');
    return /^(UUID|RAND|UUID_SHORT|GEN_UUID)\b/.test(inside) ? 'volatile' : 'expression';
  }
  if (first?.kind === 'word' && second?.text === '(' && /^(UUID|RAND|UUID_SHORT|GEN_UUID)$/.test(first.word))
    return 'volatile';
  return 'constant';
}

/** From the tokens behind REFERENCES. */
export function foreignKeyOf(columns: readonly string[], reference: readonly Lexeme[]): ForeignKey {
  const reader = createTokenReader(reference);
  const references = reader.name();
  return { columns, references, onDelete: hasWords(reader.rest(), 'ON', 'DELETE', 'CASCADE') ? 'cascade' : 'other' };
}

/** Column names of a list in brackets, from the tokens inside; an expression is an empty string. */
export const columnNames = (inside: readonly Lexeme[]): readonly string[] =>
  splitAtCommas(inside).map(([first]) =>
    first && (first.kind === 'word' || first.kind === 'quoted') ? unquoted(first.text) : '',
  );
