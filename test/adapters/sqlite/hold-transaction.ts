// Opens a transaction on the file of its first argument, tells when it has written in it, and stays.
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';

const [file = '', bundles = ''] = process.argv.slice(2);
const never = new AbortController().signal;
const limits = { timeoutMs: 10_000 };

async function hold(): Promise<void> {
  const connected = await createDatabases({ sqlite: loadSqliteChild(bundles) }).connect(
    { ref: 'main', backend: 'sqlite', file },
    { mode: 'read-write', timeoutMs: 10_000, marker: 'orphan', onNotice: () => {} },
    never,
  );
  if (connected.type !== 'connected') throw new Error(connected.message);
  await connected.session.begin(limits, never);
  const executed = await connected.session.execute('CREATE TABLE t (a)', limits, never);
  process.send?.(executed.type);
}

// A failure ends the process, which its parent sees.
void hold();
setInterval(() => {}, 1_000);
