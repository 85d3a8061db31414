const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** True for text that can name an environment variable on every system. */
export const isVariableName = (text: string): boolean => VARIABLE_NAME.test(text);

/** The longest value in bytes of UTF-8: with its name it must pass through the environment of a process, which Linux bounds at 131,072. */
const longestValue = 100_000;

/** Why a text can be the value of no variable, to go on with "it …"; undefined where it can. An empty one counts as missing. */
export function whyNoValue(value: string): string | undefined {
  if (value === '') return 'is empty, which counts as missing';
  if (value.includes('\0')) return 'holds a NUL character, which no environment takes';
  return mostBytes(value) > longestValue
    ? `has more than ${longestValue} bytes, which is too long for an environment`
    : undefined;
}

/** At most so many bytes of UTF-8: what is not ASCII takes up to three for each unit. */
const mostBytes = (text: string): number => text.length + 2 * (text.match(/[\u0080-\uffff]/g)?.length ?? 0);
