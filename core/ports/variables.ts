import type { TargetId } from '../model/ids.ts';

/** Values that are not in the project: process environment and secret store. An empty value counts as missing. */
export interface Variables {
  /** The target whose stored values these give as well; absent: of none. */
  readonly target?: TargetId;
  env(name: string): string | undefined;
  secret(name: string): string | undefined;
}
