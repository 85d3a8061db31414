import { holderLiveness, type LeaseStore, type Liveness, type Processes, type RunRecord } from '../core/index.ts';
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
  return (await holderLiveness(lease, world.processes)) === 'dead' ? 'dead' : 'live';
}
