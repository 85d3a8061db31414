import { isVariableName } from '../../core/index.ts';

/** Values by name. */
export type Values = ReadonlyMap<string, string>;

/** One spelling for one set of values: the names are sorted. */
export const valuesJson = (values: Values): Readonly<Record<string, string>> =>
  Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Undefined where a decoded JSON value is no object of variables. */
export function valuesIn(json: unknown): Values | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(json);
  const values = new Map<string, string>();
  for (const [name, value] of entries) {
    if (!isVariableName(name) || typeof value !== 'string') return undefined;
    values.set(name, value);
  }
  return values;
}

/** The object that a text holds; undefined where it holds none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined; // Torn or written over: what the caller says of it has the file's name.
  }
}
