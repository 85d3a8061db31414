const KEY_BYTES = 32;

/** The 32 bytes of a key that is written in base64 (also of URLs) or in hexadecimal digits; undefined for any other text. */
export function keyIn(text: string): Uint8Array | undefined {
  const written = text.trim();
  if (/^[0-9a-f]{64}$/i.test(written)) return Buffer.from(written, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(written)) return undefined;
  const key = Buffer.from(written, 'base64');
  return key.length === KEY_BYTES ? key : undefined;
}
