import { createProjectFiles } from '../adapters/index.ts';
import { type ConfigReading, checkConfigText, type Hasher, type ProjectFiles, type SqlSyntax } from '../core/index.ts';
import type { Machine } from './create-world.ts';

/** Characters of texts that are remembered at most, and texts: of short ones what is made of them is the larger part. */
const mostCharacters = 16_000_000;
const mostTexts = 4_000;

/**
 * A machine for who plans a script and then runs it, or plans it for many targets: it is read as SQL and hashed once a text. A file is looked
 * at on the disk each time, and read again where the system says that it was changed.
 */
export const rememberingMachine = (machine: Machine): Machine => ({
  ...machine,
  filesOf: rememberingFiles(),
  hasher: rememberingHasher(machine.hasher),
  syntax: rememberingSyntax(machine.syntax),
});

/** A config is checked once a text. One is all there is; one that was changed takes its place. */
export function rememberingConfig(): NonNullable<ConfigReading['checkConfig']> {
  let last: { file: string; text: string; checked: ReturnType<typeof checkConfigText> } | undefined;
  return (file, text) => {
    if (last?.file !== file || last.text !== text) last = { file, text, checked: checkConfigText(file, text) };
    return last.checked;
  };
}

function rememberingFiles(): Machine['filesOf'] {
  const known = new Map<string, ProjectFiles>();
  return (project) => {
    const files = known.get(project) ?? createProjectFiles(project, { remembers: true });
    known.set(project, files);
    return files;
  };
}

function rememberingHasher(hasher: Hasher): Hasher {
  const hashes = createMemory<ReturnType<Hasher['sha256']>>();
  return { sha256: (text) => hashes.of(text, () => hasher.sha256(text)) };
}

function rememberingSyntax(syntax: SqlSyntax): SqlSyntax {
  const [splits, includes, normalised] = [
    createMemories<ReturnType<SqlSyntax['split']>>(),
    createMemories<ReturnType<SqlSyntax['includes']>>(),
    createMemories<string>(),
  ];
  return {
    includes: (script, dialect) => includes(dialect).of(script, () => syntax.includes(script, dialect)),
    normalise: (script, dialect) => normalised(dialect).of(script, () => syntax.normalise(script, dialect)),
    split(script, dialect, options) {
      const memory = splits(dialect);
      const known = memory.find(script);
      if (known !== undefined) return known;
      let isWhole = true;
      const include: NonNullable<NonNullable<typeof options>['include']> = (path, place) => {
        isWhole = false; // What other files hold is not in this text.
        return options?.include?.(path, place);
      };
      const { split, normal } = syntax.splitWithNormal?.(script, dialect, { ...options, include }) ?? {
        split: syntax.split(script, dialect, { ...options, include }),
        normal: undefined,
      };
      if (normal !== undefined) normalised(dialect).of(script, () => normal);
      return isWhole ? memory.of(script, () => split) : split;
    },
  };
}

/** One memory for each dialect. */
function createMemories<T>(): (dialect: string) => Memory<T> {
  const memories = new Map<string, Memory<T>>();
  return (dialect) => {
    const memory = memories.get(dialect) ?? createMemory<T>();
    memories.set(dialect, memory);
    return memory;
  };
}

interface Memory<T> {
  find(text: string): T | undefined;
  of(text: string, make: () => T): T;
}

/** Values by their texts; the oldest give way where there are too many. */
function createMemory<T>(): Memory<T> {
  const values = new Map<string, T>();
  let characters = 0;
  return {
    find: (text) => values.get(text),
    of(text, make) {
      const known = values.get(text);
      if (known !== undefined) return known;
      const value = make();
      values.set(text, value);
      characters += text.length;
      for (const oldest of values.keys()) {
        if (characters <= mostCharacters && values.size <= mostTexts) break;
        values.delete(oldest);
        characters -= oldest.length;
      }
      return value;
    },
  };
}
