import { objectIn, type Values, valuesIn, valuesJson } from './values-json.ts';

const VERSION = 1;

export type OpenedFile =
  | { readonly type: 'opened'; readonly values: Values }
  /** To go on with "it …". */
  | { readonly type: 'damaged'; readonly why: string };

/** The text of `.srdeploy/env/<target>.json`. */
export const writtenVariables = (values: Values): string =>
  `${JSON.stringify({ v: VERSION, variables: valuesJson(values) }, undefined, 2)}\n`;

export function readVariables(text: string): OpenedFile {
  const json = objectIn(text);
  if (typeof json?.v === 'number' && json.v > VERSION) return newerFormat(json.v);
  const values = json?.v === VERSION ? valuesIn(json.variables) : undefined;
  return values ? { type: 'opened', values } : { type: 'damaged', why: 'is not what was written there' };
}

export const newerFormat = (version: number): OpenedFile & { type: 'damaged' } => ({
  type: 'damaged',
  why: `was written by a newer srdeploy, in format ${version}`,
});
