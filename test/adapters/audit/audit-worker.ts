// Run as a process of its own: appends so many entries to the audit log of a project, one call each, and says each one that is written.
import { createAuditLog, createClock, createHasher, createProcesses } from '../../../adapters/index.ts';

const [project, name, count] = process.argv.slice(2) as [string, string, string];
const log = createAuditLog({ project, processes: createProcesses(), clock: createClock(), hasher: createHasher() });

async function main(): Promise<void> {
  for (let n = 0; n < Number(count); n += 1) {
    const written = await log.append({ action: 'run.started', by: `${name}@host`, details: { n } });
    if (written.type === 'unwritable') throw new Error(written.message);
    process.send?.(n);
  }
  process.disconnect();
}

void main(); // A rejection ends the process with a code and its reason, which the test sees.
