import type { MigrationOperation } from '../../model/operation.ts';
import type { PreparedScript } from '../../plan/prepare-script.ts';
import type { Claim } from '../../ports/databases.ts';

/** A migration that takes part in a transaction. */
export interface Member {
  readonly operation: MigrationOperation;
  readonly claim: Claim;
  readonly prepared: PreparedScript;
}
