/** Lines that hold none of these words hold none of the shapes. */
const hint =
  /passw|identified|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|role[_-]?key|private[_-]?key|authorization|:\/\//i;

const name =
  '[\\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]id)?|role[_-]?key|private[_-]?key)[\\w.-]*';
const value = '(?:"(?:[^"\\\\\\n]|\\\\.)*"?|\'[^\'\\n]*\'?|[^\\s"\',;&|)}\\]]+)';

/** `DB_PASSWORD=…`, `password: "two words"`, `{"password":"…"}`, `--token=…`. */
const assignment = new RegExp(`(["']?)\\b(${name})\\1(\\s*(?:=|:)\\s*)(${value})`, 'gi');
/** `postgresql://user:…@host`. */
const userInfo = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*):([^\s/@"']+)@/gi;
/** `Authorization: Bearer …`, also as a header in quotes. */
const authorization = /(authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate)\s+)?)([^\s"',]+)/gi;

/** `CREATE ROLE … PASSWORD '…'`, `IDENTIFIED BY '…'`. */
const sqlPassword = /\b(password|identified\s+by)(\s+)('(?:[^']|'')*'?)/gi;

/** Values that are no secrets although they stand where one would: references, masks, words that say that there is none, and what opens an object. */
const harmless =
  /^["']?(?:\$\{?\w[\w:.-]*\}?|\*{3,}|null|none|true|false|undefined|required|missing|[^"']*\(.*|<[^>]*>|%s|\?|\$\d+|[{[])["']?$/i;

/**
 * Masks values that nobody has told us to be secrets, by what stands around them: assignments to names such as `password`, the password
 * of a URL, an `Authorization` header. Time is linear in the text. Facts: traps, "Workflow".
 */
export function maskShapes(text: string, mask: string): string {
  if (!hint.test(text)) return text;
  return text
    .replace(userInfo, (all, before: string, secret: string) => (harmless.test(secret) ? all : `${before}:${mask}@`))
    .replace(authorization, (all, before: string, secret: string) => (harmless.test(secret) ? all : before + mask))
    .replace(sqlPassword, (_all, key: string, between: string) => `${key}${between}'${mask}'`)
    .replace(assignment, (all, quote: string, key: string, between: string, secret: string) =>
      harmless.test(secret) ? all : `${quote}${key}${quote}${between}${quoted(secret, mask)}`,
    );
}

const quoted = (secret: string, mask: string): string => {
  const quote = /^["']/.exec(secret)?.[0] ?? '';
  return `${quote}${mask}${quote}`;
};
