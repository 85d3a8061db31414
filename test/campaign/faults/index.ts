import type { Fault } from '../attempt.ts';
import { clockJumps } from './clock.ts';
import { connectionCut } from './connection.ts';
import { backupExists, controlRemoved, diskFull, fileLimit, historyDamaged, journalTorn, readOnly } from './files.ts';
import { cancelled, childKilled, runnerKilled, serverKilled } from './killing.ts';
import { holderStopped, twoOperators } from './people.ts';
import { scriptsEdited } from './scripts.ts';

/** Every kind of fault. */
export const faults: readonly Fault[] = [
  runnerKilled,
  childKilled,
  serverKilled,
  connectionCut,
  cancelled,
  diskFull,
  fileLimit,
  readOnly,
  clockJumps,
  journalTorn,
  historyDamaged,
  holderStopped,
  scriptsEdited,
  twoOperators,
  backupExists,
  controlRemoved,
];
