export type Ink = 'good' | 'bad' | 'attention' | 'quiet' | 'strong';

/** Colours text for a terminal, or leaves it alone. */
export type Paint = (ink: Ink, text: string) => string;

const codes: Readonly<Record<Ink, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  attention: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
};

/** Colours only on a terminal; never with `NO_COLOR` or `TERM=dumb`; always with `FORCE_COLOR`. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const isForced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  const isOff = (env.NO_COLOR !== undefined && env.NO_COLOR !== '') || env.TERM === 'dumb';
  if (isOff || !(stream.isTTY || isForced)) return (_ink, text) => text;
  return (ink, text) => `\u001b[${codes[ink][0]}m${text}\u001b[${codes[ink][1]}m`;
}
