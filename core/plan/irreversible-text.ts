import type { IrreversibleOperation } from '../model/operation.ts';

/** Why a step cannot be taken back, in words. */
export function irreversibleText({ why, file }: Pick<IrreversibleOperation, 'why' | 'file'>): string {
  switch (why) {
    case 'none':
      return `the plan says of ${file} that there is no way back ("rollback": "none")`;
    case 'missing':
      return `${file} has no rollback script with a statement in it`;
    case 'gone':
      return `the rollback script ${file} is not in the project any more`;
    case 'empty':
      return `the rollback script ${file} has no statement`;
    case 'command':
      return 'what a command has done is not taken back';
  }
}
