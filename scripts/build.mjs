// Bundles every entry point with esbuild. `--watch` rebuilds; `--development` keeps names and adds source maps;
// `--clean` begins with an empty dist.
import { readFileSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import {
  clients,
  documentsOnly,
  errorsOnce,
  lazyClients,
  lazyParts,
  nodeSockets,
  plainClient,
  plainClients,
  protocolWords,
  speakingServer,
} from './build-plugins.mjs';
import { writeCodicons } from './codicons.mjs';
import { generate } from './generate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const flags = new Set(process.argv.slice(2));
const development = flags.has('--development') || flags.has('--watch');

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !development,
  sourcemap: development ? 'linked' : false,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/** CommonJS for Node 20 and VS Code's hosts; drivers with native parts stay outside. */
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['vscode', 'pg-native', '@photostructure/sqlite', 'node:sqlite'],
  define: { SRDEPLOY_VERSION: JSON.stringify(version) },
};

const entries = [
  {
    ...node,
    entryPoints: ['cli/launch/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...node,
    entryPoints: ['cli/program/main.ts'],
    outfile: 'dist/program.js',
    plugins: [lazyClients, nodeSockets],
    // It is started as a script of its own, which has `require` and no `import`, and read as Latin-1, which is faster.
    charset: 'ascii',
    supported: { 'dynamic-import': false },
  },
  ...Object.entries(clients).map(([client, entry]) => ({
    ...node,
    entryPoints: [entry],
    outfile: `dist/${client}.js`,
    plugins: [errorsOnce, plainClients],
  })),
  {
    ...node,
    entryPoints: ['cli/extension/main.ts'],
    outfile: 'dist/runner.js',
    plugins: [errorsOnce, nodeSockets, plainClients],
  },
  { ...node, entryPoints: ['runner/indexer/main.ts'], outfile: 'dist/indexer.js' },
  { ...node, entryPoints: ['adapters/sqlite/child/main.ts'], outfile: 'dist/sqlite-child.js' },
  { ...node, entryPoints: ['parsers/effects/sql-effects.ts'], outfile: 'dist/sql-effects.js' },
  { ...node, entryPoints: ['server/danger-report.ts'], outfile: 'dist/danger-report.js' },
  {
    ...node,
    entryPoints: ['server/language-features.ts'],
    outfile: 'dist/language-features.js',
    plugins: [protocolWords],
  },
  { ...node, entryPoints: ['server/main.ts'], outfile: 'dist/server.js', plugins: [documentsOnly, lazyParts] },
  {
    ...node,
    entryPoints: ['server/start-server.ts'],
    outfile: 'dist/language-service.js',
    plugins: [speakingServer],
  },
  { ...node, entryPoints: ['client/main.ts'], outfile: 'dist/client.js', plugins: [plainClient] },
  {
    ...node,
    entryPoints: ['client/extension.ts'],
    outfile: 'dist/extension.js',
    external: [...node.external, './client.js'],
  },
  {
    ...common,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    entryPoints: { plan: 'media/plan/main.ts', run: 'media/run/main.ts' },
    outdir: 'dist/webview',
  },
];

await generate();
if (flags.has('--clean')) await rm(join(root, 'dist'), { recursive: true, force: true });
await mkdir(join(root, 'dist/webview'), { recursive: true });
await cp(join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), join(root, 'dist/sql-wasm.wasm'));
await cp(join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm'), join(root, 'dist/libpg-query.wasm'));
const icons = join(root, 'node_modules/@vscode/codicons/dist');
const webview = join(root, 'dist/webview');
if (flags.has('--watch')) {
  // All icons, so that one that is used from now on is there.
  for (const file of ['codicon.css', 'codicon.ttf']) await cp(join(icons, file), join(webview, file));
  await Promise.all(entries.map(async (entry) => (await context(entry)).watch()));
} else {
  await Promise.all(entries.map((entry) => build(entry)));
  await writeCodicons(icons, webview, [join(webview, 'plan.js'), join(webview, 'run.js')]);
}
// The launcher reads it as Latin-1, and esbuild leaves regular expressions as they are.
if (readFileSync(join(root, 'dist/program.js')).some((byte) => byte > 0x7f))
  throw new Error('dist/program.js is not ASCII.');
