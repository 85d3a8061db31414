const beyondAscii = /[\u0080-\uffff]/;

/** Bytes that a text takes in UTF-8; half a surrogate pair counts as three, as its replacement does. */
export function utf8Length(text: string): number {
  if (!beyondAscii.test(text)) return text.length;
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    bytes += code < 0x800 ? 1 : 2;
    const isPair = code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    // A pair is two units and four bytes.
    if (isPair) i++;
  }
  return bytes;
}
