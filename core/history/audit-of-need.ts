import type { AuditEntryBody } from '../model/audit.ts';
import type { Need } from '../model/need.ts';
import type { AuditedAttempt } from './audit-of-event.ts';

/** The entry that says that somebody gave what was needed; undefined for approvals, which are entries of their own. */
export function auditOfNeed(need: Need, attempt: AuditedAttempt): AuditEntryBody | undefined {
  switch (need.type) {
    case 'approval':
      return undefined;
    case 'confirm-target':
      return { ...attempt, action: 'target.confirmed', details: { typed: need.text } };
    case 'confirm-danger':
      return {
        ...attempt,
        action: 'danger.confirmed',
        operation: need.operation,
        details: { file: need.file, codes: need.codes, typed: need.text },
      };
    case 'confirm-history':
      return { ...attempt, action: 'history.confirmed', details: { count: need.files.length } };
    case 'confirm-amendment':
      return {
        ...attempt,
        action: 'amendment.confirmed',
        details: { scripts: need.amendments.map(({ script }) => script) },
      };
    case 'confirm-rollback':
      return { ...attempt, action: 'rollback.confirmed', details: { of: need.of, count: need.files.length } };
    case 'confirm-skip-irreversible':
      return {
        ...attempt,
        action: 'irreversible.confirmed',
        details: { steps: need.operations.map(({ operation }) => operation) },
      };
  }
}
