import type { ScriptRef } from '../../model/operation.ts';
import type { IncludedText } from '../../plan/checksums.ts';

/** A script as it was read for an operation, with the files that it reads. */
export interface ScriptText {
  readonly ref: ScriptRef;
  readonly text: string;
  readonly included: readonly IncludedText[];
}
