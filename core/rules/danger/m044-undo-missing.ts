import type { DangerRule } from '../danger-rule.ts';

/** There is no way back. */
export const undoMissing: DangerRule = {
  code: 'M044',
  id: 'undo-missing',
  severity: 'information',
  category: 'irreversible',
  what: 'The plan names no rollback script for a migration, and does not say that there is none on purpose.',
  safer: 'Write the rollback script and name it in the step; or state "rollback": "none".',
  find: (script) =>
    script.rollback === 'absent'
      ? [
          {
            statement: script.statements[0],
            message: `${script.file} has no rollback script, and the plan does not say that this is on purpose.`,
          },
        ]
      : [],
};
