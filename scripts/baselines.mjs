// Writes what the fixtures of the language server say of fixes and features anew: `npm run baselines`. Look at the difference before committing.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const env = { UPDATE_BASELINES: '1', VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' };
const { ok } = await run(process.execPath, [vitest, 'run', 'test/server/fixtures.test.ts'], {
  cwd: root,
  timeoutMs: 5 * 60_000,
  env,
});
process.exitCode = ok ? 0 : 1;
