// npm run screenshots: takes the pictures of the documentation in a real VS Code, light and dark, into docs/images.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { runOrThrow } from './process.mjs';
import { setup } from './setup.mjs';
import { installSystemPackages } from './system-packages.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(root, '.cache/e2e/screenshots.mjs');

await setup();
const missing = await installSystemPackages();
if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(1);
}
await runOrThrow(process.execPath, ['scripts/build.mjs'], { cwd: root, timeoutMs: 180_000, output: 'inherit' });
await build({
  absWorkingDir: root,
  entryPoints: ['test/e2e/screenshots/take-screenshots.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { takeScreenshots } = await import(pathToFileURL(bundle).href);
for (const { file, bytes } of await takeScreenshots(join(root, 'docs/images'))) {
  console.log(`${file}  ${Math.ceil(bytes / 1024)} KB`);
}
