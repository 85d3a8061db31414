import type { AuditEntryBody } from '../model/audit.ts';

/** `unwritable`: nothing that mutates may start; the message says why, where and what to do. */
export type AuditWritten = { readonly type: 'written' } | { readonly type: 'unwritable'; readonly message: string };

/** The log of who did what, append-only and chained by hashes. Spec: rulings, "Retention". */
export interface AuditLog {
  /**
   * Appends the entries in their order, all or none; on disk when it resolves. Never rejects. Without an entry it only tells whether one
   * could be appended, as far as that can be known.
   */
  append(...entries: readonly AuditEntryBody[]): Promise<AuditWritten>;
}
