// npm run test:desktop: the suite of the extension host in a desktop VS Code, where one can be downloaded.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOrThrow } from './process.mjs';
import { setup } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const VERSION = process.env.SRDEPLOY_DESKTOP_VERSION || '1.139.1';

await setup();
const { downloadAndUnzipVSCode, runTests } = await import('@vscode/test-electron');

let executable;
try {
  executable = await downloadAndUnzipVSCode({
    version: VERSION,
    cachePath: join(root, '.vscode-test'),
    timeout: 60_000,
  });
} catch (error) {
  console.log(`Desktop VS Code ${VERSION} cannot be downloaded here (${error.message.split('\n')[0]}).`);
  console.log('The desktop suite was not run. The same suite runs in the VS Code of npm run test:e2e.');
  process.exit(0);
}

await runOrThrow(process.execPath, ['scripts/build.mjs'], { cwd: root, timeoutMs: 180_000, output: 'inherit' });
await runOrThrow(process.execPath, ['scripts/bundle-tests.mjs'], { cwd: root, timeoutMs: 60_000, output: 'inherit' });
const profile = await mkdtemp(join(tmpdir(), 'srdeploy-desktop-'));
const results = join(profile, 'results.json');
try {
  await cp(join(root, 'examples/shop'), join(profile, 'shop'), { recursive: true });
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, '.cache/e2e/host.js'),
    extensionTestsEnv: { SRDEPLOY_HOST_RESULTS: results },
    launchArgs: [
      join(profile, 'shop'),
      ...['--user-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'extensions')],
      ...['--disable-workspace-trust', '--skip-welcome', '--no-sandbox'],
    ],
  });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  const tests = JSON.parse(await readFile(results, 'utf8').catch(() => '[]'));
  for (const { title, error } of tests) console.log(`${error ? '✗' : '✓'} ${title}`);
  await rm(profile, { recursive: true, force: true });
}
