import type { Lease } from '../model/lock.ts';
import type { Processes } from '../ports/processes.ts';

/**
 * `dead` only with proof: the holder was a process of this host and it and everything that carries its run's marker are gone.
 * Another host's holder is `unknown`: its lease can only become stale.
 */
export async function holderLiveness(lease: Lease, processes: Processes): Promise<'alive' | 'dead' | 'unknown'> {
  const holder = await processes.liveness(lease.holder.process);
  if (holder !== 'gone') return holder;
  return (await processes.marked(lease.run)).length === 0 ? 'dead' : 'alive';
}
