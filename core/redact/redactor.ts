import { maskShapes } from './mask-shapes.ts';
import { createMatcher, type Matcher } from './matcher.ts';
import { createRedactionStream, type RedactionStream } from './redact-stream.ts';
import { secretForms } from './secret-forms.ts';

export const mask = '***';

/** Masks a set of secrets in whole texts and in streams. Overlapping finds become one mask. Spec: rulings, "Secrets". */
export interface Redactor {
  /** A whole text: the known secrets, and values that are told by what stands around them to be secrets. */
  redact(text: string): string;
  /** For output that comes in pieces; known secrets only, because a shape may be cut anywhere. */
  stream(): RedactionStream;
}

/** `secrets` are the values themselves; those under four characters are left alone, because masking them would hide ordinary text. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = [...new Set(secrets.flatMap((secret) => secretForms(secret)))];
  const matcher: Matcher | undefined = forms.length === 0 ? undefined : createMatcher(forms);
  const stream = () => (matcher ? createRedactionStream(matcher, mask) : through);
  return {
    redact(text) {
      if (!matcher) return maskShapes(text, mask);
      const one = stream();
      return maskShapes(withoutBeginnings(one.write(text) + one.end(), stream), mask);
    },
    stream,
  };
}

/** What was cut ends with this, perhaps behind a quote: what stands before it may be the beginning of a secret. */
const cutMark = '…';

function withoutBeginnings(text: string, stream: () => RedactionStream): string {
  if (!text.includes(cutMark)) return text;
  const parts = text.split(cutMark);
  return parts
    .map((part, i) => {
      if (i === parts.length - 1) return part;
      const quote = /["']?$/.exec(part)?.[0] ?? '';
      const one = stream();
      return one.write(part.slice(0, part.length - quote.length)) + one.idle() + quote;
    })
    .join(cutMark);
}

/** Where nothing is secret everything passes. */
const through: RedactionStream = { write: (chunk) => chunk, isHolding: () => false, idle: () => '', end: () => '' };
