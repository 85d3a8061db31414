import { unreachable } from '../base/unreachable.ts';
import type { Need } from '../model/need.ts';

/** A need in words, with the flag that meets it on the command line. */
export function describeNeed(need: Need): string {
  switch (need.type) {
    case 'approval': {
      const how = need.selfApproval
        ? 'Approve with "srdeploy approve", or add --approve "comment".'
        : 'Somebody else must run "srdeploy approve".';
      return `The plan needs ${need.needed} approval${need.needed === 1 ? '' : 's'} and has ${need.have}. ${how}`;
    }
    case 'confirm-target':
      return `"${need.target}" is a production target: its id must be typed. Add --confirm "${need.text}".`;
    case 'confirm-amendment':
      return `Scripts differ from the plan of this run: ${need.amendments.map(({ script }) => script).join(', ')}. Read them and add --yes to resume with them.`;
    case 'confirm-danger':
      return `${need.file} can do harm on production (${need.codes.join(', ')}): ${need.messages.join(' ')} Read it and add --confirm "${need.text}".`;
    case 'confirm-history': {
      const [first, ...others] = need.files;
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      return `The history of "${need.target}" will be changed by hand for ${first}${more}. Add --yes.`;
    }
    case 'confirm-rollback':
      return `What run ${need.of} applied to "${need.target}" will be taken back: ${need.files.join(', ')}. Add --yes.`;
    case 'confirm-skip-irreversible': {
      const steps = need.operations.map(({ operation, message }) => `${operation} (${message})`).join('; ');
      const flags = need.operations.map(({ operation }) => `--skip-irreversible ${operation}`).join(' ');
      return `These steps cannot be taken back and stay as they are: ${steps}. Add ${flags}.`;
    }
    default:
      return unreachable(need);
  }
}
