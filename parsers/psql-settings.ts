import { type ClientAction, refused } from './client-action.ts';
import { isVariableName } from './psql-variables.ts';

/** Settings that change what a script does; the engine has its own answer to each. Every other variable is the script's own. */
const SETTINGS: Readonly<Record<string, { readonly allowed: RegExp; readonly reason: string }>> = {
  ON_ERROR_STOP: {
    allowed: /^on$/,
    reason:
      'A migration always stops at its first error. Remove the line, and use IF EXISTS or IF NOT EXISTS where a statement may fail.',
  },
  ON_ERROR_ROLLBACK: {
    allowed: /^(?:off|interactive)$/,
    reason:
      'A migration always stops at its first error. Remove the line, and use IF EXISTS or IF NOT EXISTS where a statement may fail.',
  },
  AUTOCOMMIT: { allowed: /^on$/, reason: 'The engine opens and ends the transaction of a migration. Remove the line.' },
  SINGLELINE: {
    allowed: /^off$/,
    reason: 'Statements end with a semicolon here, not with their line. Remove the line.',
  },
  SINGLESTEP: {
    allowed: /^off$/,
    reason: 'Nobody can be asked before each statement. Remove the line, or use a step of the type pause.',
  },
};

/** `\set name value…`: the values are joined without space, as psql does. */
export function setAction([name, ...values]: readonly string[]): ClientAction {
  if (name === undefined) return { type: 'nothing' };
  if (!isVariableName(name))
    return refused(`"${name}" is not the name of a variable. Names have letters, digits and _.`);
  const value = values.join('');
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  const meant = value === '' ? 'on' : (booleanWord(value) ?? value.toLowerCase());
  if (setting && !setting.allowed.test(meant)) return refused(`\\set ${name} ${value}: ${setting.reason}`);
  return { type: 'set', name, value: setting && value === '' ? 'on' : value };
}

export function unsetAction([name]: readonly string[]): ClientAction {
  if (name === undefined) return refused('\\unset needs the name of a variable.');
  if (name === 'ON_ERROR_STOP') return refused(`\\unset ON_ERROR_STOP: ${SETTINGS.ON_ERROR_STOP?.reason}`);
  return { type: 'unset', name };
}

/** psql takes any beginning of `true`, `false`, `yes`, `no`, `on` and `off` that is not ambiguous, in any case. */
function booleanWord(value: string): 'on' | 'off' | undefined {
  const word = value.toLowerCase();
  if (word === '1' || 'true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on') return 'on';
  if (word === '0' || 'false'.startsWith(word) || 'no'.startsWith(word) || word === 'of' || word === 'off')
    return 'off';
  return undefined;
}
