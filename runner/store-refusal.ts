import type { KeyPlace, StoreRefusal } from '../adapters/index.ts';
import { exitCodes } from '../protocol/index.ts';
import { type Result, refuse } from './result.ts';

/** Why the values of a target cannot be read or changed, and what helps. Nothing was written. */
export function refuseStore(refusal: StoreRefusal): Result<never> {
  switch (refusal.type) {
    case 'no-key':
      return refuse(
        'NO_KEY',
        `${refusal.secrets} is encrypted, and its key is not here: neither SRDEPLOY_KEY, SRDEPLOY_KEY_FILE nor SRDEPLOY_KEY_COMMAND is set, and there is no ${refusal.keyFile}. A key file goes by the path of the project: bring the key along when the project is moved or copied.`,
        exitCodes.invalidInput,
      );
    case 'bad-key':
      return refuse(
        'BAD_KEY',
        `The key for secrets cannot be used: ${placeText(refusal.place)} ${refusal.why}. Make a new key with: openssl rand -base64 32`,
        exitCodes.invalidInput,
      );
    case 'wrong-key':
      return refuse(
        'WRONG_KEY',
        `${refusal.secrets} was encrypted with another key than the one in ${placeText(refusal.place)}. Nothing was changed. Give the key that it was written with, or remove the file and set its secrets again.`,
        exitCodes.invalidInput,
      );
    case 'damaged':
      return refuse(
        'VALUES_DAMAGED',
        `${refusal.file} ${refusal.why}, so that nothing of it is used. Nothing was changed. Restore the file, or remove it and set its values again.`,
        exitCodes.unknown,
      );
    case 'busy':
      return refuse(
        'VALUES_BUSY',
        `Process ${refusal.holder.pid} on ${refusal.holder.host} has been changing the target's values for two minutes. Nothing was changed. Try again when it is done.`,
        exitCodes.locked,
      );
  }
}

function placeText({ kind, name }: KeyPlace): string {
  switch (kind) {
    case 'variable':
      return `the variable ${name}`;
    case 'command':
      return `the command in ${name}`;
    case 'file':
    case 'project-file':
      return name;
  }
}
