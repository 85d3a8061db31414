import { createMatcher, type Matcher, type MatcherState, step } from './matcher.ts';
import { secretForms } from './secret-forms.ts';

export const mask = '***';

/** Masks a set of secrets in whole texts and in streams. Overlapping finds become one mask. Spec: rulings, "Secrets". */
export interface Redactor {
  redact(text: string): string;
  /** For output that comes in pieces: `write` holds back only what may be the beginning of a secret; `end` gives the rest. */
  stream(): { write(chunk: string): string; end(): string };
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = [...new Set(secrets.flatMap((secret) => secretForms(secret)))];
  if (forms.length === 0) return { redact: (text) => text, stream: () => ({ write: (chunk) => chunk, end: () => '' }) };
  const matcher = createMatcher(forms);
  const stream = () => createStream(matcher);
  return {
    redact(text) {
      const one = stream();
      return one.write(text) + one.end();
    },
    stream,
  };
}

function createStream(matcher: Matcher) {
  let state: MatcherState = matcher.root;
  let held = '';
  /** A find that reaches into `held` and may still grow: [begin, end) in `held`. */
  let found: { begin: number; end: number } | undefined;

  const write = (chunk: string): string => {
    const text = held + chunk;
    let out = '';
    let clean = 0;
    for (let i = held.length; i < text.length; i++) {
      state = step(matcher, state, text.charCodeAt(i));
      if (state.longest > 0) {
        const begin = i + 1 - state.longest;
        found =
          found && begin <= found.end
            ? { begin: Math.min(begin, found.begin), end: i + 1 }
            : replaceFound(i + 1, begin);
      }
      if (found && i + 1 - state.depth > found.end) {
        out += text.slice(clean, found.begin) + mask;
        clean = found.end;
        found = undefined;
      }
    }
    const keepFrom = Math.max(clean, Math.min(found?.begin ?? text.length, text.length - state.depth));
    out += text.slice(clean, keepFrom);
    held = text.slice(keepFrom);
    if (found) found = { begin: found.begin - keepFrom, end: found.end - keepFrom };
    return out;

    function replaceFound(end: number, begin: number) {
      if (found) {
        out += text.slice(clean, found.begin) + mask;
        clean = found.end;
      }
      return { begin: Math.max(begin, clean), end };
    }
  };

  const end = (): string => {
    const rest = found ? held.slice(0, found.begin) + mask + held.slice(found.end) : held;
    state = matcher.root;
    held = '';
    found = undefined;
    return rest;
  };
  return { write, end };
}
