import type { ProcessIdentity } from '../model/lock.ts';

/** What is known of processes on this machine. */
export interface Processes {
  self(): Promise<ProcessIdentity>;
  /** `unknown` for a process of another host, or where this system cannot tell. A zombie is gone. */
  liveness(process: ProcessIdentity): Promise<'alive' | 'gone' | 'unknown'>;
  /** Processes that carry the marker in their environment, this one left out. */
  marked(marker: string): Promise<readonly number[]>;
}
