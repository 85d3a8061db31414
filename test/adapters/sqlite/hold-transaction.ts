// Opens a transaction on the file of its first argument, tells when it has written in it, and stays.
import { createDatabases, loadSqliteChild } from '../../../adapters/index.ts';
import { type Claim, digest } from '../../../core/index.ts';

const [file = '', bundles = ''] = process.argv.slice(2);
const never = new AbortController().signal;
const limits = { timeoutMs: 10_000 };
const claim: Claim = {
  scope: '',
  path: '1.sql',
  version: '1',
  checksum: digest('a'.repeat(64)),
  tokenChecksum: digest('b'.repeat(64)),
  sql: 'x',
  appliedBy: 'alice',
  runId: 'run',
  action: 'apply',
  reason: undefined,
};

async function hold(): Promise<void> {
  const connected = await createDatabases({ sqlite: loadSqliteChild(bundles) }).connect(
    { ref: 'main', backend: 'sqlite', file },
    { mode: 'read-write', timeoutMs: 10_000, marker: 'orphan', onNotice: () => {} },
    never,
  );
  if (connected.type !== 'connected') throw new Error(connected.message);
  await connected.session.ensureHistory(never);
  const statements = [{ text: 'CREATE TABLE t (a)' }];
  const opened = await connected.session.openMigration(claim, statements, limits, never);
  process.send?.(opened.type === 'refused' ? opened.error.message : opened.type);
}

// A failure ends the process, which its parent sees.
void hold();
setInterval(() => {}, 1_000);
