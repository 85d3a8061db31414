/** One member of an object of the written config, or one item of a list (`key` undefined), with the lines that explain it. */
export type ConfigEntry =
  | {
      readonly type: 'live';
      readonly key: string | undefined;
      readonly value: ConfigValue;
      readonly comment: readonly string[];
    }
  /** Commented out, for the reader to take the slashes away. */
  | {
      readonly type: 'example';
      readonly key: string | undefined;
      readonly json: unknown;
      readonly comment: readonly string[];
    };

export type ConfigValue =
  | { readonly type: 'json'; readonly json: unknown }
  /** Always over several lines. */
  | { readonly type: 'object' | 'list'; readonly entries: readonly ConfigEntry[] };

/** A comment is plain text without a line end: never put a name from outside into one. */
export const live = (key: string, json: unknown, ...comment: readonly string[]): ConfigEntry => ({
  type: 'live',
  key,
  value: { type: 'json', json },
  comment,
});

export const example = (key: string | undefined, json: unknown, ...comment: readonly string[]): ConfigEntry => ({
  type: 'example',
  key,
  json,
  comment,
});

export const section = (
  type: 'object' | 'list',
  key: string | undefined,
  entries: readonly ConfigEntry[],
  ...comment: readonly string[]
): ConfigEntry => ({ type: 'live', key, value: { type, entries }, comment });
