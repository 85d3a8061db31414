import type { AuditEntryBody, AuditLog } from '../../core/index.ts';

/** An audit log in memory, that can be made to take nothing more. */
export function fakeAudit(): AuditLog & { readonly entries: readonly AuditEntryBody[]; fail(message: string): void } {
  const entries: AuditEntryBody[] = [];
  let failure: string | undefined;
  return {
    entries,
    fail: (message) => {
      failure = message;
    },
    append: async (...bodies) => {
      if (failure !== undefined) return { type: 'unwritable', message: failure };
      entries.push(...bodies);
      return { type: 'written' };
    },
  };
}
