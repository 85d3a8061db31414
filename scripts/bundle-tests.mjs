// Bundles what the end-to-end tests run outside vitest: the suite of the extension host.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// In the bundle every file keeps its own folder, so that fixtures are found where they stand.
const ownFolder = {
  name: 'own-folder',
  setup({ onLoad }) {
    onLoad({ filter: /\/test\/.*\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
    }));
  },
};

await build({
  absWorkingDir: root,
  entryPoints: ['test/e2e/host/index.ts'],
  outfile: '.cache/e2e/host.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'mocha'],
  plugins: [ownFolder],
  sourcemap: 'inline',
  logLevel: 'warning',
});
