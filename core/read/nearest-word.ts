/**
 * The candidate that a mistyped word most likely means, or undefined where none is near. Case, `_` and `-` count for nothing;
 * exchanged neighbours count as one slip.
 */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 200) return undefined;
  const plain = simplified(word);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const other = simplified(candidate);
    const limit = Math.max(1, Math.floor(Math.max(plain.length, other.length) / 3));
    if (Math.abs(plain.length - other.length) > limit || plain === '') continue;
    const distance = slips(plain, other);
    if (distance <= limit && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance };
  }
  return best?.candidate;
}

const simplified = (word: string): string => word.toLowerCase().replace(/[\s_-]/g, '');

/** Insertions, deletions, replacements and exchanges of neighbours that turn one word into the other. */
function slips(a: string, b: string): number {
  let [older, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (older[j - 2] ?? 0) + 1);
      current.push(least);
    }
    [older, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}
