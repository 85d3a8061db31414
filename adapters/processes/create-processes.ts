import type { Processes } from '../../core/index.ts';
import { linuxProcesses } from './linux-processes.ts';
import { markerEntry } from './marker.ts';
import type { ProcessTable } from './process-table.ts';
import { psProcesses } from './ps-processes.ts';
import { runCommand } from './run-command.ts';
import { untoldProcesses } from './untold-processes.ts';

/** The processes of this machine, as far as its system tells. */
export function createProcesses(platform: NodeJS.Platform = process.platform): Processes {
  const table = tableOf(platform);
  return {
    self: table.self,
    liveness: table.liveness,
    marked: table.marked,
    run: (request, signal) => runCommand(request, table, signal),
    endMarked: async (marker, graceMs) => {
      const ended = await table.end(
        { root: undefined, mark: markerEntry(marker) },
        { graceMs, isHurried: () => false },
      );
      return ended.survivors ?? [];
    },
  };
}

function tableOf(platform: NodeJS.Platform): ProcessTable {
  if (platform === 'linux') return linuxProcesses('/proc');
  return platform === 'darwin' ? psProcesses() : untoldProcesses(platform);
}
