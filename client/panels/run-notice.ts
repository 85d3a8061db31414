import type { RunEvent } from '../../core/index.ts';
import type { PanelNotice } from '../../protocol/index.ts';

/** The notice after an event: whose lock the run waits for, or that it lost its own. `keep`: the event says nothing about it. */
export function noticeAfter(event: RunEvent): PanelNotice | undefined | 'keep' {
  switch (event.type) {
    case 'lock.waiting':
      return {
        severity: 'information',
        message: `Waiting for ${event.holder.holder.who}, who has held the lock on this target since ${timeOf(event.holder.acquiredAt)} (run ${event.holder.run}).`,
      };
    case 'lock.lost':
      return { severity: 'error', message: `The lock on this target was lost: ${event.reason}` };
    case 'lock.acquired':
    case 'attempt.started':
    case 'run.finished':
      return undefined;
    default:
      return 'keep';
  }
}

const timeOf = (iso: string): string => new Date(iso).toLocaleTimeString();
