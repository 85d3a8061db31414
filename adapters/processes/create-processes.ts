import type { Processes } from '../../core/index.ts';
import { linuxProcesses } from './linux-processes.ts';
import { psProcesses } from './ps-processes.ts';
import { untoldProcesses } from './untold-processes.ts';

/** The processes of this machine, as far as its system tells. */
export function createProcesses(platform: NodeJS.Platform = process.platform): Processes {
  if (platform === 'linux') return linuxProcesses('/proc');
  return platform === 'darwin' ? psProcesses() : untoldProcesses();
}
