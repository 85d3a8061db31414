import type { AuditDetails, AuditEntryBody } from '../model/audit.ts';
import type { Redactor } from './redactor.ts';

/** An entry with its reason and details masked; ids, digests and who did it are the engine's own words. */
export function redactAudit(entry: AuditEntryBody, redactor: Redactor): AuditEntryBody {
  const { reason, details } = entry;
  return {
    ...entry,
    ...(reason !== undefined && { reason: redactor.redact(reason) }),
    ...(details && { details: redactDetails(details, redactor) }),
  };
}

const redactDetails = (details: AuditDetails, { redact }: Redactor): AuditDetails =>
  Object.fromEntries(
    Object.entries(details).map(([key, value]) => [
      key,
      typeof value === 'string' ? redact(value) : Array.isArray(value) ? value.map(redact) : value,
    ]),
  );
