// npm test: installs what is missing, builds, and runs every test there is. Imports Node's own modules only, until setup has run.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';
import { setup } from './setup.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { runVitest } from './vitest-run.mjs';
import { vscodeRuntime } from './vscode-runtime.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MINUTE = 60_000;

const results = [];
const started = Date.now();

/** Does one part and notes its account; what it throws is a failure of that part, named. */
async function part(name, work) {
  console.log(`\n── ${name}`);
  const began = Date.now();
  let account;
  try {
    account = await work();
  } catch (error) {
    console.error(error);
    account = { passed: 0, failures: [`${name}: ${error.message.split('\n')[0]}`] };
  }
  results.push({ name, seconds: Math.round((Date.now() - began) / 1000), ...account });
  return account.failures.length === 0;
}

const nothingCounted = { passed: 0, failures: [] };

const isReady =
  (await part('packages', async () => {
    await setup();
    return nothingCounted;
  })) &&
  (await part('build', async () => {
    const build = await run(process.execPath, ['scripts/build.mjs'], { cwd: root, timeoutMs: 3 * MINUTE });
    return build.ok ? nothingCounted : { passed: 0, failures: [`build: ${build.reason}`] };
  }));
await part('programs of the system', async () => ({ passed: 0, failures: await installSystemPackages() }));
if (isReady) {
  await part('unit, contract and database tests', () => runVitest('unit', 'vitest.config.ts', 30 * MINUTE));
  const hasVscode = await part('VS Code for the tests', async () => {
    await vscodeRuntime();
    return nothingCounted;
  });
  if (hasVscode) {
    await part('end-to-end tests in VS Code', () => runVitest('e2e', 'test/e2e/vitest.config.ts', 12 * MINUTE));
  } else console.error('The end-to-end tests did not run: there is no VS Code for them.');
} else console.error('No test ran: the packages or the build are not there.');

const passed = results.reduce((sum, one) => sum + one.passed, 0);
const failures = results.flatMap((one) => one.failures);
await mkdir(join(root, '.cache/results'), { recursive: true });
await writeFile(join(root, '.cache/results/test.json'), JSON.stringify({ passed, failed: failures.length, failures }));

console.log('\n── summary');
for (const one of results) {
  const words = `${one.passed} passed, ${one.failures.length} failed`;
  console.log(`${one.name.padEnd(36)} ${words.padEnd(24)} ${one.seconds} s`);
}
for (const failure of failures) console.log(`✗ ${failure}`);
console.log(`${passed} tests passed, ${failures.length} failed, in ${Math.round((Date.now() - started) / 1000)} s`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
