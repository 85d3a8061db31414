import { rm } from 'node:fs/promises';
import { fleetFolder, listFleets, readFleetJournal } from '../../adapters/index.ts';
import { foldFleet, newFleetId, type RunId, type World } from '../../core/index.ts';
import { fleetLiveness } from './fleet-store.ts';

export interface FleetsToPrune {
  readonly project: string;
  readonly world: Pick<World, 'clock' | 'processes'>;
  readonly days: number;
  /** The runs that are left. */
  readonly runs: readonly RunId[];
}

/**
 * Removes the fleets that began longer ago than runs are kept and of which no run is left: there is nothing any more that they could name.
 * One that goes on stays, and so does one whose journal cannot be read.
 */
export async function pruneFleets({ project, world, days, runs }: FleetsToPrune): Promise<void> {
  const limit = newFleetId(new Date(world.clock.now().getTime() - days * 86_400_000), '0000');
  const left = new Set(runs);
  for (const fleet of await listFleets(project)) {
    if (fleet >= limit) continue;
    const record = foldFleet(await readFleetJournal(project, fleet));
    if (!record || record.targets.some(({ run }) => run !== undefined && left.has(run))) continue;
    if ((await fleetLiveness(record, world)) === 'live') continue;
    await rm(fleetFolder(project, fleet), { recursive: true, force: true });
  }
}
