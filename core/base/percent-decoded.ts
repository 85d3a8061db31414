/** A part of an address without its percent-encoding. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // It only looks percent-encoded.
  }
}
