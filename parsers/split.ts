import type { Backend, SplitOptions, SplitScript } from '../core/index.ts';
import { createNormalForm } from './normal-form.ts';
import { readFile } from './read-file.ts';
import { createReading, resultOf } from './reading.ts';

/** Splits a script into statements. Spec: ports, `SqlSyntax`. */
export function split(script: string, dialect: Backend, options: SplitOptions = {}): SplitScript {
  const reading = createReading(dialect, { include: options.include });
  readFile(reading, { text: script, name: undefined, trail: [] });
  return resultOf(reading);
}

/** What a reading that gives variables their values, reads other files or keeps line ends would say otherwise than `normalise`. */
const MORE_THAN_TOKENS = /[\r:\\]/;

/** As `split`; `normal` is what `normalise` says, undefined for scripts with more than statements in them. */
export function splitWithNormal(
  script: string,
  dialect: Backend,
  options: SplitOptions = {},
): { readonly split: SplitScript; readonly normal: string | undefined } {
  if (MORE_THAN_TOKENS.test(script)) return { split: split(script, dialect, options), normal: undefined };
  let isPlain = true;
  const form = createNormalForm();
  const more = () => {
    isPlain = false;
  };
  const listener = { ...form.listener, command: more, data: more, include: more };
  const reading = createReading(dialect, { include: options.include, listener });
  readFile(reading, { text: script, name: undefined, trail: [] });
  return { split: resultOf(reading), normal: isPlain ? form.text() : undefined };
}
