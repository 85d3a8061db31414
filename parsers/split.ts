import type { Backend, SplitOptions, SplitScript } from '../core/index.ts';
import { readFile } from './read-file.ts';
import { createReading, resultOf } from './reading.ts';

/** Splits a script into statements. Spec: ports, `SqlSyntax`. */
export function split(script: string, dialect: Backend, options: SplitOptions = {}): SplitScript {
  const reading = createReading(dialect, { include: options.include });
  readFile(reading, { text: script, name: undefined, trail: [] });
  return resultOf(reading);
}
