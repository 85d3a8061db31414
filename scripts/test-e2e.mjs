// npm run test:e2e: the tests in a real VS Code, as a person clicks and in its extension host. Arguments go to vitest.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';
import { setup } from './setup.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { vscodeRuntime } from './vscode-runtime.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

await setup();
const missing = await installSystemPackages();
if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(1);
}
await vscodeRuntime();
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const args = [vitest, 'run', '--config', 'test/e2e/vitest.config.ts', ...process.argv.slice(2)];
const env = { VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' };
const result = await run(process.execPath, args, { cwd: root, timeoutMs: 20 * 60_000, env });
if (!result.ok) console.error(result.reason);
process.exitCode = result.ok ? 0 : 1;
