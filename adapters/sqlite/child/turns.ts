import { type ChildCalls, machineMs } from '../child-protocol.ts';
import { isBusy } from './failure.ts';
import type { createMigrations } from './migrations.ts';

type Turns = { applyTurn(input: ChildCalls['applyTurn']['in']): ChildCalls['applyTurn']['out'] };

/**
 * A migration at one request. The permission to commit ends by itself, so that a parent that cannot be heard any more, or was stopped, keeps
 * it for a moment only: what takes longer is left open, for the parent to decide.
 */
export function createTurns(migrations: ReturnType<typeof createMigrations>): Turns {
  let isBroken = false;
  return {
    applyTurn({ until, isFirst, ...script }) {
      if (isFirst) isBroken = false;
      if (isBroken || machineMs() >= until) {
        isBroken = true;
        return 'skipped';
      }
      isBroken = true;
      const begun = machineMs();
      const opened = open(migrations, script);
      if (opened !== 'claimed') return opened;
      const ended = machineMs();
      const executionMs = Math.round(ended - begun);
      if (ended >= until) return 'claimed';
      try {
        migrations.commitMigrations({ rows: [{ scope: script.row.scope, path: script.row.path, executionMs }] });
      } catch (error) {
        // A reader is in the way of the COMMIT: the transaction is open, and the parent asks again.
        if (isBusy(error)) return 'claimed';
        throw error;
      }
      isBroken = false;
      return executionMs;
    },
  };
}

/** Somebody else writes: the parent asks again in the usual way, which waits. */
function open(
  migrations: ReturnType<typeof createMigrations>,
  script: ChildCalls['openMigration']['in'],
): 'claimed' | 'taken' | 'skipped' {
  try {
    return migrations.openMigration(script);
  } catch (error) {
    if (isBusy(error)) return 'skipped';
    throw error;
  }
}
