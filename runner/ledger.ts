import type { Ledger, LocallyApplied, World } from '../core/index.ts';
import { openProjectHistory } from './attempt.ts';

/** More rows of one target than any project has. */
const everyRow = 10_000_000;

/** The project's own history as the port wants it. `dist` is the folder of the bundles; nothing is loaded before it is asked for. */
export const createLedger = (project: string, dist: string, world: Pick<World, 'processes'>): Ledger => ({
  async applied(scope, target) {
    const rows = await openProjectHistory(project, dist, world).migrationHistory(target, everyRow);
    const own = rows.filter((row) => row.project === scope && row.status === 'success');
    return new Map(
      own.map(({ file, checksum, appliedAt: at, appliedBy: by }): [string, LocallyApplied] => [
        file,
        { checksum: checksum as LocallyApplied['checksum'], at, by },
      ]),
    );
  },
});
