import type { Backend, ScriptInclude } from '../core/index.ts';
import { createLineReader } from './line-reader.ts';
import { readFile } from './read-file.ts';
import { createReading } from './reading.ts';

/** The files that a script reads itself. Variables in a path stand for what the script has set before. Spec: ports, `SqlSyntax`. */
export function includes(script: string, dialect: Backend): readonly ScriptInclude[] {
  const found: ScriptInclude[] = [];
  const position = createLineReader(script);
  const listener = {
    include: (path: string, relative: boolean, offset: number) =>
      void found.push({ path, relative, position: position(offset) }),
  };
  readFile(createReading(dialect, { listener, follows: false }), { text: script, name: undefined, trail: [] });
  return found;
}
