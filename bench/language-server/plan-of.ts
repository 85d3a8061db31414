import { createHash } from 'node:crypto';

/** A good plan of about so many lines. */
export const planOf = (lines: number): string => planOfSteps(Math.round((lines - 25) / 10), 'step_');

/** A good plan of so many steps, whose ids begin alike; the scripts of its migrations are numbered like the steps. */
export function planOfSteps(count: number, prefix: string): string {
  const steps = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return index % 2 === 0
      ? {
          id: `${prefix}${index + 1}`,
          name: `Apply migration V${number}`,
          type: 'migration',
          script: `migrations/V${number}__change.sql`,
          rollback: `migrations/R${number}__change.sql`,
          timeout_sec: 600,
          retry: { max: 1, backoff_sec: 10 },
        }
      : {
          id: `${prefix}${index + 1}`,
          name: `Look at ${number}`,
          type: 'sql_check',
          sql: `SELECT 1 FROM orders WHERE id = ${index}`,
          expect: 'non_empty',
          timeout_sec: 60,
          retry: { max: 0 },
        };
  });
  const plan = {
    version: '1.0',
    plan_id: idOf(prefix),
    name: 'A long plan',
    target_env: { id: 'staging', name: 'Staging', backend: 'postgresql', connection_ref: 'conn_staging' },
    created_at: '2026-02-05T12:00:00Z',
    created_by: 'alice',
    approval_required: false,
    pre_checks: [{ id: 'check_connection', type: 'connection' }],
    steps,
    post_checks: [{ id: 'check_migrations', type: 'migration_history' }],
  };
  return JSON.stringify(plan, undefined, 2);
}

/** An id that only plans with the same steps have. */
function idOf(prefix: string): string {
  const hex = createHash('sha256').update(prefix).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
