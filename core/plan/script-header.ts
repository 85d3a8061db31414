/** What a script asks for in its header. */
export interface ScriptHeader {
  readonly noTransaction: boolean;
  readonly placeholders: boolean;
}

const BLANK_OR_COMMENT = /^\s*(?:--(.*))?$/;

/**
 * Reads `-- srdeploy: no-transaction` and `-- srdeploy: placeholders` from the comment lines in front of the first statement; several words
 * in one line are separated by commas or spaces. Spec: rulings, "Transactions".
 */
export function scriptHeader(text: string): ScriptHeader {
  const words = new Set<string>();
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; ) {
    const end = lineEnd(text, at);
    const line = BLANK_OR_COMMENT.exec(text.slice(at, end));
    if (!line) break;
    const said = /^\s*srdeploy:\s*(.*)$/i.exec(line[1] ?? '')?.[1];
    for (const word of said?.toLowerCase().split(/[\s,]+/) ?? []) words.add(word);
    at = end + 1;
  }
  return { noTransaction: words.has('no-transaction'), placeholders: words.has('placeholders') };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
