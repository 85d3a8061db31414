/**
 * A statement without comments and with empty strings, so that its words can be looked at. What stands in an executable comment (one
 * that begins with `/*!` or `/*M!`) is code; `hasVersionedCode` says that there was such a one, which some servers run and others do not.
 */
export interface StatementCode {
  readonly text: string;
  readonly hasVersionedCode: boolean;
}

const COMMENTS = /--(?=\s|$)[^\n]*|#[^\n]*|\/\*M?!\d*|\/\*[\s\S]*?(?:\*\/|$)|\*\//.source;
const NAMES = /`(?:[^`]|``)*(?:`|$)/.source;
const ESCAPED = new RegExp(
  `'(?:[^'\\\\]|\\\\[\\s\\S]|'')*(?:'|$)|"(?:[^"\\\\]|\\\\[\\s\\S]|"")*(?:"|$)|${NAMES}|${COMMENTS}`,
  'g',
);
const PLAIN = new RegExp(`'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|${NAMES}|${COMMENTS}`, 'g');

/** `backslashes`: whether they escape in strings, which the sql_mode NO_BACKSLASH_ESCAPES ends. */
export function statementCode(statement: string, backslashes = true): StatementCode {
  let hasVersionedCode = false;
  const text = statement.replace(backslashes ? ESCAPED : PLAIN, (part) => {
    switch (part[0]) {
      case "'":
        return "''";
      case '"':
        return '""';
      case '`':
        return part;
      default:
        if (/^\/\*M?!/.test(part)) hasVersionedCode = true;
        return ' ';
    }
  });
  return { text: text.replace(/^[\s;\ufeff]+/, ''), hasVersionedCode };
}
