import type { Backend } from '../model/connection.ts';
import type { Digest } from '../model/ids.ts';
import type { ScriptRef } from '../model/operation.ts';
import type { Hasher } from '../ports/hasher.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';

/** A file that a script reads with `\i`. */
export interface IncludedText {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
}

/**
 * A script's two checksums: over the bytes with CRLF read as LF, and over its tokens. The files that it reads belong to both, by path and
 * content. Spec: rulings, "Migration history, twice".
 */
export function scriptRef(
  path: string,
  text: string,
  dialect: Backend,
  world: { readonly hasher: Hasher; readonly syntax: Pick<SqlSyntax, 'normalise'> },
  included: readonly IncludedText[] = [],
): ScriptRef {
  const { hasher, syntax } = world;
  const tokens = [text, ...included.map((one) => one.text)].map((one) => syntax.normalise(one, dialect)).join(' ; ');
  const includes = includedRefs(included, hasher);
  return {
    path,
    checksum: checksumOf(text, includes, hasher),
    tokenChecksum: hasher.sha256(tokens),
    ...(includes.length > 0 && { includes }),
  };
}

/** The first of the two alone: what a file is compared by just before it is run. */
export const scriptChecksum = (text: string, included: readonly IncludedText[], hasher: Hasher): Digest =>
  checksumOf(text, includedRefs(included, hasher), hasher);

type IncludeRefs = NonNullable<ScriptRef['includes']>;

const includedRefs = (included: readonly IncludedText[], hasher: Hasher): IncludeRefs =>
  included.map(({ path, text }) => ({ path, checksum: hasher.sha256(withLf(text)) }));

const checksumOf = (text: string, includes: IncludeRefs, hasher: Hasher): Digest =>
  hasher.sha256([withLf(text), ...includes.map(({ path, checksum }) => `${path} ${checksum}`)].join('\n\0'));

const withLf = (text: string): string => (text.includes('\r') ? text.replaceAll('\r\n', '\n') : text);
