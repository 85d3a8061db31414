import { maskShapes } from './mask-shapes.ts';

const MASK = '***';

/**
 * A variable's value as a list may show it: masked where it is a secret, where its name is that of one, and where it is an address with a
 * password in it.
 */
export const shownValue = (name: string, value: string, isSecret: boolean): string =>
  isSecret || isSecretName(name) ? MASK : maskShapes(value, MASK);

/** True for names such as `DB_PASSWORD`, whose values are secrets as a rule. */
const isSecretName = (name: string): boolean => maskShapes(`${name}=value`, MASK) !== `${name}=value`;

/** True where a value that nobody calls a secret looks like one. */
export const looksSecret = (name: string, value: string): boolean => shownValue(name, value, false) !== value;
