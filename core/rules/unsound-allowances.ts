import type { AllowComment } from './allow-comments.ts';
import { isDangerRule } from './danger-names.ts';
import type { DangerRule } from './danger-rule.ts';

const rule = (parts: Pick<DangerRule, 'code' | 'id' | 'what' | 'safer' | 'find'>): DangerRule => ({
  severity: 'warning',
  category: 'hygiene',
  ...parts,
});

/** Rules about the comments that switch rules off: one without a reason, and one that names no rule. Neither has an effect. */
export const unsoundAllowances = (allowances: readonly AllowComment[]): readonly DangerRule[] => {
  const found = ({ offset }: AllowComment, message: string) => ({ statement: undefined, offset, message });
  return [
    rule({
      code: 'M098',
      id: 'allow-without-reason',
      what: 'A comment allows a rule without saying why. It has no effect.',
      safer: 'Write the reason behind the code: -- srdeploy: allow M001 the table is empty since release 1.3',
      find: () =>
        allowances
          .filter(({ rule: name, reason }) => isDangerRule(name) && reason === '')
          .map((one) => found(one, `This comment allows ${one.rule} without saying why, and has no effect.`)),
    }),
    rule({
      code: 'M099',
      id: 'allow-unknown',
      what: 'A comment allows a rule that does not exist. It has no effect.',
      safer: 'Write a code or word of the rule reference, such as M001 or drop-table.',
      find: () =>
        allowances
          .filter(({ rule: name }) => !isDangerRule(name))
          .map((one) =>
            found(
              one,
              one.rule === ''
                ? 'This comment names no rule.'
                : `There is no rule ${one.rule}; this comment has no effect.`,
            ),
          ),
    }),
  ];
};
