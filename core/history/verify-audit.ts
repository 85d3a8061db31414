import type { AuditEntry, AuditHead } from '../model/audit.ts';
import type { Hasher } from '../ports/hasher.ts';
import { auditGenesis, decodeAuditLine } from './audit-chain.ts';

/** What became of a broken chain at its first broken place. */
export type AuditBreak = 'changed' | 'removed' | 'inserted' | 'reordered' | 'cut-off';

/** What the audit log proves. `entries` counts the good ones before the first broken place, or all. */
export type AuditVerdict =
  | { readonly type: 'whole'; readonly entries: number; readonly last: AuditHead; readonly tornBytes: number }
  | {
      readonly type: 'broken';
      readonly entries: number;
      /** From 1; of what was cut off, the line that should follow the last. */
      readonly line: number;
      readonly why: AuditBreak;
      readonly message: string;
    };

/** Reads the log line by line; time is linear and memory constant. */
export interface AuditVerifier {
  line(text: string): void;
  end(tornBytes: number): AuditVerdict;
}

interface Suspect {
  readonly line: number;
  readonly entry: AuditEntry | undefined;
}

interface Found {
  readonly line: number;
  readonly why: AuditBreak;
  readonly message: string;
  /** Looks at what follows, which may say that the entry was only moved. */
  readonly look?: (entry: AuditEntry | undefined) => void;
  /** True where what followed said so. */
  readonly isMoved?: () => boolean;
}

/**
 * Checks the chain and names the first broken place. `head` is the newest entry as it is remembered beside the log; undefined where
 * nothing is, so that a cut end cannot be seen. Spec: rulings, "Retention".
 */
export function createAuditVerifier(hasher: Hasher, head: AuditHead | undefined): AuditVerifier {
  let [line, last, before] = [0, auditGenesis, auditGenesis];
  let [suspect, found]: [Suspect | undefined, Found | undefined] = [undefined, undefined];
  let hashAtHead: string | undefined;

  const follows = (entry: AuditEntry | undefined): entry is AuditEntry =>
    entry !== undefined && entry.seq === last.seq + 1 && entry.previous === last.hash;

  return {
    line(text) {
      line += 1;
      const entry = decodeAuditLine(text, hasher);
      if (found) found.look?.(entry);
      else if (suspect) {
        found = follows(entry) ? strayLine(suspect, last) : brokenAt(suspect, last, before);
        suspect = undefined;
        found.look?.(entry);
      } else if (follows(entry)) {
        [before, last] = [last, { seq: entry.seq, hash: entry.hash }];
        if (last.seq === head?.seq) hashAtHead = last.hash;
      } else suspect = { line, entry };
    },
    end(tornBytes) {
      if (!found && suspect) found = brokenAt(suspect, last, before);
      if (!found) found = againstHead(last, head, hashAtHead, line);
      if (!found) return { type: 'whole', entries: last.seq, last, tornBytes };
      const { line: at, why, message, isMoved } = found;
      const broken = { type: 'broken' as const, entries: last.seq, line: at };
      return isMoved?.()
        ? { ...broken, why: 'reordered', message: `Line ${at} stands in another place than it was written in.` }
        : { ...broken, why, message };
    },
  };
}

/** A line too many: the next one follows the one before it. A true entry of a later place was moved here, or copied. */
function strayLine({ line, entry }: Suspect, last: AuditHead): Found {
  const message = `Line ${line} was inserted: the line behind it follows the one before it.`;
  if (!entry || entry.seq <= last.seq) return { line, why: 'inserted', message };
  let [goesOn, stands] = [false, false];
  return {
    line,
    why: 'inserted',
    message,
    look: (later) => {
      goesOn ||= later?.previous === entry.hash;
      stands ||= later?.hash === entry.hash;
    },
    isMoved: () => goesOn && !stands,
  };
}

function brokenAt({ line, entry }: Suspect, last: AuditHead, before: AuditHead): Found {
  if (!entry)
    return { line, why: 'changed', message: `Line ${line} was changed: it is not what its hash was taken over.` };
  if (entry.seq > last.seq + 1) return gapAt(line, entry.seq, last);
  if (entry.seq === last.seq && entry.previous === before.hash) {
    const message = `Line ${line - 1} or ${line} was inserted: both claim to be entry ${entry.seq}.`;
    return { line: line - 1, why: 'inserted', message };
  }
  if (entry.seq <= last.seq)
    return {
      line,
      why: 'inserted',
      message: `Line ${line} was inserted: entry ${entry.seq} stands before it already.`,
    };
  const at = Math.max(1, line - 1);
  const message = `Line ${at} was changed and its hash made anew: line ${line} was written behind another one.`;
  return { line: at, why: 'changed', message };
}

function gapAt(line: number, seq: number, last: AuditHead): Found {
  const gap = seq === last.seq + 2 ? `entry ${last.seq + 1} is` : `entries ${last.seq + 1} to ${seq - 1} are`;
  let isElsewhere = false;
  return {
    line,
    why: 'removed',
    message: `Lines were removed before line ${line}: ${gap} missing.`,
    look: (later) => {
      isElsewhere ||= later !== undefined && later.seq > last.seq && later.seq < seq;
    },
    isMoved: () => isElsewhere,
  };
}

function againstHead(
  last: AuditHead,
  head: AuditHead | undefined,
  hashThere: string | undefined,
  lines: number,
): Found | undefined {
  if (!head) return undefined;
  if (head.seq > last.seq) {
    const missing = head.seq - last.seq;
    const message = `The end was cut off: ${missing === 1 ? `entry ${head.seq} is` : `entries ${last.seq + 1} to ${head.seq} are`} missing.`;
    return { line: lines + 1, why: 'cut-off', message };
  }
  if (hashThere === undefined || hashThere === head.hash) return undefined;
  const message = `Entry ${head.seq} is not the one that was written: the log was written anew.`;
  return { line: head.seq, why: 'changed', message };
}
