import type { LeaseStore, Liveness, Processes, RunRecord } from '../core/index.ts';
import { readControlAddress } from './control/control-client.ts';

/**
 * Whether anybody executes a run: the process that left its control address, or the holder of the target's lease. Without proof of death
 * a holder on another host counts as live. Spec: rulings, "Status truth".
 */
export async function livenessOf(
  record: RunRecord,
  folder: string,
  world: { readonly leases: Pick<LeaseStore, 'read'>; readonly processes: Processes },
): Promise<Liveness> {
  if (record.end.type === 'finished') return 'dead';
  const control = await readControlAddress(folder);
  if (control && (await world.processes.liveness(control.process)) === 'alive') return 'live';
  const { lease } = (await world.leases.read(record.target)).state;
  if (lease?.run !== record.id) return 'dead';
  // What a dead runner left at work keeps its lease, and so the next attempt waiting; it does not execute the run.
  return (await world.processes.liveness(lease.holder.process)) === 'gone' ? 'dead' : 'live';
}
