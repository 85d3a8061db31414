/** A placeholder in a pattern of files, which matches a part of one path segment and names it. */
const NAMED = /(?<![$\\])\{([a-z][a-z0-9_]*_name)\}/;

/** What the wildcards of a pattern matched in a path. */
export interface PatternCaptures {
  /** What the pattern's single `*` matched; undefined where it has none, or more than one. */
  readonly star: string | undefined;
  readonly named: Readonly<Record<string, string>>;
  /** Path segments that stand for a wildcard or a name at the beginning of theirs in the pattern. */
  readonly segments: readonly string[];
}

/** A pattern with its named captures replaced by `*`, as whoever looks for files wants it. */
export const globOf = (pattern: string): string => pattern.replaceAll(new RegExp(NAMED, 'g'), '*');

/** What a pattern captures in a path that it matches; nothing where the two cannot be laid beside each other. */
export function patternCaptures(path: string, pattern: string): PatternCaptures {
  const wanted = segmentsOf(pattern).map((segment) => ({ segment, tokens: tokensOf(segment) }));
  const stars = wanted.flatMap(({ tokens }) => tokens.filter(({ type }) => type === 'star')).length;
  const plain = wanted.map(({ segment }) => segment);
  const found = wanted.flatMap(({ tokens }, index) => {
    const segment = tokens.some(isCapture) ? alignedSegment(path, plain, index) : undefined;
    const captured = segment === undefined ? undefined : matchSegment(segment, tokens);
    return segment === undefined || !captured ? [] : [{ segment, captured, isFirst: isCapture(tokens[0]) }];
  });
  const named = Object.fromEntries(found.flatMap(({ captured }) => captured.named));
  const star = stars === 1 ? found.flatMap(({ captured }) => captured.stars)[0] : undefined;
  const isTold = (captured: Captured): boolean =>
    captured.named.length > 0 || (stars === 1 && captured.stars.length > 0);
  const segments = found.filter(({ captured, isFirst }) => isFirst && isTold(captured)).map(({ segment }) => segment);
  return { star, named, segments };
}

type Token =
  | { readonly type: 'star' }
  | { readonly type: 'name'; readonly name: string }
  /** Source of a regular expression that captures nothing. */
  | { readonly type: 'other'; readonly source: string };

interface Captured {
  readonly stars: readonly string[];
  readonly named: readonly (readonly [string, string])[];
}

const isCapture = (token: Token | undefined): boolean => token?.type === 'star' || token?.type === 'name';
const segmentsOf = (pattern: string): readonly string[] => pattern.replace(/^(?:\.\/+)+/, '').split('/');

/** The path segment that a segment of the pattern matched: counted from the side on which no `**` stands between. */
function alignedSegment(path: string, wanted: readonly string[], index: number): string | undefined {
  const segments = path.split('/');
  if (!wanted.slice(0, index).includes('**')) return segments[index];
  return wanted.slice(index).includes('**') ? undefined : segments.at(index - wanted.length);
}

const TOKEN = new RegExp(
  `${NAMED.source}|(\\*+)|\\\\(.)|(\\?)|\\[(!|\\^)?(\\]?[^\\]]*)\\]|\\{([^{}]*,[^{}]*)\\}|(.)`,
  'gsu',
);

function tokensOf(segment: string): readonly Token[] {
  if (segment === '**') return [];
  return [...segment.matchAll(TOKEN)].map(([, name, star, escaped, one, not, set, choices, plain = '']): Token => {
    if (name !== undefined) return { type: 'name', name };
    if (star !== undefined) return { type: 'star' };
    if (one !== undefined) return { type: 'other', source: '[^/]' };
    if (set !== undefined) return { type: 'other', source: setSource(set, not !== undefined) };
    if (choices !== undefined) return { type: 'other', source: `(?:${choices.split(',').map(literal).join('|')})` };
    return { type: 'other', source: literal(escaped ?? plain) };
  });
}

/** The inside of `[…]`; a range that is the wrong way round matches nothing. */
function setSource(set: string, isNot: boolean): string {
  const isOrdered = [...set.matchAll(/(.)-(.)/gsu)].every(
    ([, from = '', to = '']) => (from.codePointAt(0) ?? 0) <= (to.codePointAt(0) ?? 0),
  );
  return isOrdered ? `[${isNot ? '^' : ''}${set.replace(/[\\\][^]/g, '\\$&')}]` : '(?!)';
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function matchSegment(segment: string, tokens: readonly Token[]): Captured | undefined {
  const source = tokens.map((token) =>
    token.type === 'other' ? token.source : token.type === 'star' ? '(.*?)' : '(.+?)',
  );
  const [whole, ...texts] = new RegExp(`^${source.join('')}$`, 'su').exec(segment) ?? [];
  if (whole === undefined) return undefined;
  const captures = tokens.filter(isCapture).map((token, index) => ({ token, text: texts[index] ?? '' }));
  return {
    stars: captures.flatMap(({ token, text }) => (token.type === 'star' ? [text] : [])),
    named: captures.flatMap(({ token, text }) => (token.type === 'name' ? [[token.name, text] as const] : [])),
  };
}
