// Run as a process of its own. `race`: says that it is ready, writes the version that it is told, says what came of it.
// `hammer`: writes one version after the other until it is killed, and says each one that was written.
import { openFileLeases } from '../../../adapters/index.ts';
import { freeLock, type LeaseStore } from '../../../core/index.ts';

const [mode, project] = process.argv.slice(2) as [string, string];

async function main(): Promise<void> {
  const opened = await openFileLeases(project);
  if (opened.type === 'refused') throw new Error(opened.message);
  if (mode === 'hammer') return hammer(opened.leases);
  process.once('message', (version) => {
    void opened.leases.write('staging', Number(version), { ...freeLock, epoch: process.pid }).then((result) => {
      console.log(result);
      process.disconnect();
    });
  });
  process.send?.('ready');
}

async function hammer(leases: LeaseStore): Promise<void> {
  for (;;) {
    const { version, state } = await leases.read('staging');
    const result = await leases.write('staging', version, { ...state, epoch: version + 1 });
    if (result === 'written') process.send?.(version + 1);
  }
}

void main(); // A rejection ends the process with a code and its reason, which the test sees.
