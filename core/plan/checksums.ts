import type { Backend } from '../model/connection.ts';
import type { ScriptRef } from '../model/operation.ts';
import type { Hasher } from '../ports/hasher.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';

/** A script's two checksums: over the bytes with CRLF read as LF, and over its tokens. Spec: rulings, "Migration history, twice". */
export function scriptRef(
  path: string,
  text: string,
  dialect: Backend,
  world: { readonly hasher: Hasher; readonly syntax: Pick<SqlSyntax, 'normalise'> },
): ScriptRef {
  return {
    path,
    checksum: world.hasher.sha256(text.replaceAll('\r\n', '\n')),
    tokenChecksum: world.hasher.sha256(world.syntax.normalise(text, dialect)),
  };
}
