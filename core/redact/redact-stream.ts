import type { Matcher } from './matcher.ts';
import { createSeeThrough, mayHide } from './see-through.ts';

/** Masks secrets in text that comes in pieces, wherever it is cut. */
export interface RedactionStream {
  /** What may be shown now; holds back only what may be the beginning of a secret. */
  write(chunk: string): string;
  /** True while something is held back. */
  isHolding(): boolean;
  /**
   * What was held back, for when nothing more comes for a while: a few characters as they are, more as a mask and never as the
   * beginning of a secret. What comes later is still recognised as its end.
   */
  idle(): string;
  /** The rest; the stream begins anew. */
  end(): string;
}

/** So many characters of a secret's beginning may be shown; more are masked. */
const harmlessBeginning = 3;
/** A secret is recognised across line ends only if it has so many characters: two short words meet by chance. */
const shortestAcrossLines = 8;

interface Span {
  begin: number;
  end: number;
}

/**
 * Two passes in one: over the text as it is, and over what a reader sees of it, without line ends, indentation and sequences for the
 * terminal. Time is linear in the text. Positions are offsets into `text`, which begins with what was held back.
 */
export function createRedactionStream(matcher: Matcher, mask: string): RedactionStream {
  let held = '';
  let plain = 0;
  let seen = 0;
  const view = createSeeThrough();
  /** Offsets of the units that `seen` has matched so far; those before `text` are negative. */
  let places: number[] = [];
  let isAcrossLines = false;
  let found: Span | undefined;

  const reset = () => {
    [held, plain, seen, places, found, isAcrossLines] = ['', 0, 0, [], undefined, false];
    view.reset();
  };
  const note = (begin: number, end: number) => {
    if (!found) found = { begin, end };
    else found = { begin: Math.min(begin, found.begin), end };
  };

  function write(chunk: string): string {
    const text = held + chunk;
    const parts: string[] = [];
    let clean = 0;
    const settle = () => {
      if (!found) return;
      parts.push(text.slice(clean, Math.max(clean, found.begin)), mask);
      clean = found.end;
      found = undefined;
    };
    let i = held.length;
    while (i < text.length) {
      if (plain === 0 && seen === 0) {
        settle();
        const next = skipOrdinary(matcher, text, i);
        if (next > i) {
          i = next;
          view.reset();
          continue;
        }
      }
      take(text.charCodeAt(i), i);
      i += 1;
      if (found && liveFrom(i) > found.end) settle();
    }
    const keepFrom = Math.max(clean, Math.min(found?.begin ?? i, heldFrom(text)));
    parts.push(text.slice(clean, keepFrom));
    held = text.slice(keepFrom);
    if (found) found = { begin: Math.max(0, found.begin - keepFrom), end: found.end - keepFrom };
    places = places.map((place) => place - keepFrom);
    return parts.join('');
  }

  /** One code unit at an offset. */
  function take(unit: number, at: number): void {
    plain = matcher.step(plain, unit);
    const whole = matcher.longest[plain] ?? 0;
    if (whole > 0) note(at + 1 - whole, at + 1);
    const look = view.next(unit);
    if (look === 'gap') [seen, places, isAcrossLines] = [0, [], false];
    if (look !== 'seen') {
      if (seen !== 0 && (unit === 0x0a || unit === 0x0d)) isAcrossLines = true;
      return;
    }
    seen = matcher.step(seen, unit);
    const depth = matcher.depth[seen] ?? 0;
    places.push(at);
    if (depth === 0) [places, isAcrossLines] = [[], false];
    else if (places.length > 2 * depth + 64) places = places.slice(-depth);
    const length = matcher.longest[seen] ?? 0;
    if (length > 0 && (!isAcrossLines || length >= shortestAcrossLines)) note(places.at(-length) ?? at, at + 1);
  }

  /** Where the beginnings of secrets that are being matched begin; the offset itself where there are none. */
  function liveFrom(at: number): number {
    const depth = matcher.depth[seen] ?? 0;
    const fromSeen = depth === 0 ? at : (places.at(-depth) ?? at);
    return Math.min(at - (matcher.depth[plain] ?? 0), fromSeen);
  }

  /**
   * From where on a text is held back. A line that ends with a few characters that might begin a secret is shown at once: they tell
   * nothing, and the rest is still recognised.
   */
  function heldFrom(text: string): number {
    const end = text.length;
    const isFew = (matcher.depth[seen] ?? 0) <= harmlessBeginning && text.charCodeAt(end - 1) === 0x0a;
    return isFew ? end - (matcher.depth[plain] ?? 0) : liveFrom(end);
  }

  /** What is held, with a mask in place of every secret in it, and of a beginning that says too much. */
  function shown(isEnd: boolean): string {
    const begin = liveFrom(held.length);
    const open = Math.max(matcher.depth[plain] ?? 0, matcher.depth[seen] ?? 0);
    const tellsTooMuch = !isEnd && open > harmlessBeginning;
    const until = tellsTooMuch ? Math.max(0, begin) : held.length;
    if (!found) return held.slice(0, until) + (tellsTooMuch ? mask : '');
    const rest = held.slice(found.end, Math.max(found.end, until));
    return held.slice(0, Math.max(0, found.begin)) + mask + rest + (tellsTooMuch && until > found.end ? mask : '');
  }

  return {
    write,
    isHolding: () => held !== '' || found !== undefined,
    idle() {
      const text = shown(false);
      places = places.map((place) => place - held.length);
      [held, found] = ['', undefined];
      return text;
    },
    end() {
      const text = shown(true);
      reset();
      return text;
    },
  };
}

/** The offset up to which no form can begin, at most the one from which too little text is left to tell. */
function skipOrdinary(matcher: Matcher, text: string, from: number): number {
  const end = text.length - 2;
  let at = from;
  if (at >= end) return at;
  let first = text.charCodeAt(at);
  let second = text.charCodeAt(at + 1);
  for (; at < end; at++) {
    const third = text.charCodeAt(at + 2);
    if (matcher.mayBegin(first, second, third) || mayHide(third) || mayHide(second) || mayHide(first)) return at;
    first = second;
    second = third;
  }
  return at;
}
