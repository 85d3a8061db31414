/** Of a secret longer than this, a file rather than a word, only the usual forms are looked for: each costs memory by its length. */
const longSecret = 4_096;

/** Secrets shorter than this many characters are not masked: masking them would hide ordinary text. */
export const shortestSecret = 4;

/**
 * Every form in which a secret may turn up in output: as it is, percent-encoded, in JSON, XML, SQL and shell quoting, in hexadecimal and
 * in base64 at each of its three alignments. Empty for secrets that are too short. Facts: engine §7.
 */
export function secretForms(secret: string): readonly string[] {
  if (secret.trim().length < shortestSecret) return [];
  const forms = new Set<string>();
  const add = (form: string) => {
    if (form.length >= shortestSecret) forms.add(form);
  };
  const parts = [secret, secret.trim(), ...urlParts(secret), ...longLines(secret)];
  for (const plain of parts.filter((part) => part.trim().length >= shortestSecret))
    for (const form of textForms(plain)) add(form);
  for (const plain of new Set([secret, ...urlParts(secret)]))
    for (const bytes of [utf8(plain), utf16le(plain)]) for (const form of byteForms(bytes)) add(form);
  return [...forms];
}

/** The password of a connection URL alone, as it is written there and decoded. */
function urlParts(secret: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/]+)@/i.exec(secret)?.[1];
  if (password === undefined) return [];
  const decoded = decode(password);
  return decoded === undefined ? [password] : [password, decoded];
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // It only looks percent-encoded: there is no other form of it.
  }
}

/** Lines of a multi-line secret that are long enough to be told from ordinary text, PEM armour left out. */
function longLines(secret: string): string[] {
  if (!secret.includes('\n')) return [];
  return secret.split(/\r?\n/).filter((line) => line.trim().length >= 8 && !/^-----(BEGIN|END) /.test(line));
}

function textForms(plain: string): string[] {
  const percent = percentEncoded(plain);
  const json = JSON.stringify(plain).slice(1, -1);
  if (plain.length > longSecret) return [plain, plain.replaceAll('\n', '\r\n'), percent, json];
  return [
    plain,
    plain.replaceAll('\n', '\r\n'),
    percent,
    percent.toLowerCase(),
    percent.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    percent.replaceAll('%20', '+'),
    percentEncoded(percent),
    percentEncoded(plain, "-_.~!*'()"),
    percentEncoded(plain, "-_.~!*'();/?:@&=+$,#"),
    percentEncoded(percentEncoded(plain, "-_.~!*'()"), "-_.~!*'()"),
    percentEncoded(plain, '-_.*').replaceAll('%20', '+'),
    json,
    JSON.stringify(json).slice(1, -1),
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    xml(plain, { '"': '&quot;', "'": '&#39;' }),
    xml(plain, { '"': '&#34;', "'": '&#39;' }),
    xml(plain, { '"': '&quot;', "'": '&apos;' }),
    xml(plain, { '"': '&#x22;', "'": '&#x27;' }),
    xml(plain, {}),
    ascii(json, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
    ascii(json, (code) => `\\u${code.toString(16).padStart(4, '0').toUpperCase()}`),
    bytesEscaped(plain, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`),
    bytesEscaped(plain, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
    bytesEscaped(plain.replaceAll('=', '=3D'), (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`),
    plain.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\t', '\\t'),
    plain.replaceAll('$', '$$$$'),
    plain.replaceAll("'", "''"),
    plain.replaceAll("'", "'\\''"),
    plain.replace(/[^A-Za-z0-9_@%+=:,./-]/g, (char) => `\\${char}`),
  ];
}

function xml(plain: string, quotes: Readonly<Record<string, string>>): string {
  const text = plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return text.replace(/["']/g, (quote) => quotes[quote] ?? quote);
}

/** Code units beyond ASCII written in another way. */
const ascii = (text: string, write: (code: number) => string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => write(unit.charCodeAt(0)));

/** Characters beyond ASCII and control characters written byte by byte. */
const bytesEscaped = (text: string, write: (byte: number) => string): string =>
  text.replace(/[^\x20-\x7e]+/g, (piece) => [...utf8(piece)].map(write).join(''));

function byteForms(bytes: Uint8Array): string[] {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const standard = [0, 1, 2].map((skip) => base64Core(bytes, skip));
  const url = standard.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  if (bytes.length > 2 * longSecret) return [hex, ...standard, ...url];
  const pairs = hex.match(/../g) ?? [];
  const spaced = [pairs.join(':'), pairs.join(' ')];
  return [hex, ...spaced, ...[hex, ...spaced].map((form) => form.toUpperCase()), ...standard, ...url];
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function utf16le(text: string): Uint8Array {
  return Uint8Array.from(
    [...Array(text.length).keys()].flatMap((i) => [text.charCodeAt(i) & 255, text.charCodeAt(i) >> 8]),
  );
}

/** `plainSigns` are the signs besides letters and digits that stand for themselves: encoders differ in them. */
const percentEncoded = (text: string, plainSigns = '-_.~'): string =>
  [...utf8(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      const isPlain = byte < 128 && (/[A-Za-z0-9]/.test(char) || plainSigns.includes(char));
      return isPlain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The base64 characters that the bytes alone decide when `skip` other bytes stand before them, whatever stands after. */
function base64Core(bytes: Uint8Array, skip: number): string {
  let text = '';
  let bits = 0;
  let held = 0;
  // Bits of a neighbour's byte are unknown: begin at the first sextet that lies wholly in our bytes.
  let unknown = skip === 0 ? 0 : skip === 1 ? 4 : 2;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    if (unknown > 0) {
      bits -= unknown;
      unknown = 0;
    }
    while (bits >= 6) {
      bits -= 6;
      text += alphabet[(held >> bits) & 63];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}
