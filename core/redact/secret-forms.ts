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
  for (const plain of [secret, secret.trim(), ...longLines(secret)]) for (const form of textForms(plain)) add(form);
  for (const bytes of [utf8(secret), utf16le(secret)]) for (const form of byteForms(bytes)) add(form);
  return [...forms];
}

/** Lines of a multi-line secret that are long enough to be told from ordinary text, PEM armour left out. */
function longLines(secret: string): string[] {
  if (!secret.includes('\n')) return [];
  return secret.split(/\r?\n/).filter((line) => line.trim().length >= 8 && !/^-----(BEGIN|END) /.test(line));
}

function textForms(plain: string): string[] {
  const percent = percentEncoded(plain);
  const json = JSON.stringify(plain).slice(1, -1);
  return [
    plain,
    plain.replaceAll('\n', '\r\n'),
    percent,
    percent.toLowerCase(),
    percent.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    percent.replaceAll('%20', '+'),
    percentEncoded(percent),
    json,
    JSON.stringify(json).slice(1, -1),
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    plain
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
    plain.replaceAll("'", "''"),
    plain.replaceAll("'", "'\\''"),
    plain.replace(/[^A-Za-z0-9_@%+=:,./-]/g, (char) => `\\${char}`),
  ];
}

function byteForms(bytes: Uint8Array): string[] {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const standard = [0, 1, 2].map((skip) => base64Core(bytes, skip));
  const url = standard.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [hex, hex.toUpperCase(), ...standard, ...url];
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function utf16le(text: string): Uint8Array {
  return Uint8Array.from(
    [...Array(text.length).keys()].flatMap((i) => [text.charCodeAt(i) & 255, text.charCodeAt(i) >> 8]),
  );
}

const percentEncoded = (text: string): string =>
  [...utf8(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
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
