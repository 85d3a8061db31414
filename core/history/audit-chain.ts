import { canonicalJson } from '../base/canonical-json.ts';
import type { AuditEntry, AuditEntryBody, AuditHead } from '../model/audit.ts';
import { digest } from '../model/ids.ts';
import type { Hasher } from '../ports/hasher.ts';

/** What stands before the first entry. */
export const auditGenesis: AuditHead = { seq: 0, hash: digest('0'.repeat(64)) };

/** An entry with its place in the chain. `at` is ISO 8601, UTC. */
export function sealEntry(body: AuditEntryBody, at: string, last: AuditHead, hasher: Hasher): AuditEntry {
  const open = { ...body, v: 1 as const, seq: last.seq + 1, at, previous: last.hash };
  return { ...open, hash: hasher.sha256(canonicalJson(open)) };
}

/** One entry as one line, without its end. Canonical, so that no byte of it can be changed unseen. */
export const encodeAuditLine = (entry: AuditEntry): string => canonicalJson(entry);

/** The entry of a line; undefined where the line is not exactly what was once written. */
export function decodeAuditLine(line: string, hasher: Hasher): AuditEntry | undefined {
  const entry = parsed(line);
  if (!entry || canonicalJson(entry) !== line) return undefined;
  const { hash, ...open } = entry;
  return hasher.sha256(canonicalJson(open)) === hash ? entry : undefined;
}

function parsed(line: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const { v, seq, at, by, action, previous, hash } = value as Readonly<Record<string, unknown>>;
    const isEntry =
      v === 1 &&
      Number.isSafeInteger(seq) &&
      [at, by, action, previous, hash].every((member) => typeof member === 'string');
    return isEntry ? (value as AuditEntry) : undefined;
  } catch {
    return undefined; // Not JSON: no entry, which whoever asked says with its place.
  }
}
