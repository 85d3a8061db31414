// Runs one benchmark: `npm run bench -- NAME [--json]`. Bundles bench/NAME.ts as the product is bundled and prints its figures, ours
// beside the peer's. With --json: one JSON object on standard output and nothing else.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { generate } from './generate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const json = process.argv.includes('--json');
const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const entry = join(root, 'bench', `${name}.ts`);

if (!name || !/^[a-z-]+$/.test(name) || !existsSync(entry)) {
  const names = readdirSync(join(root, 'bench')).filter(
    (file) => file.endsWith('.ts') && !['figure.ts', 'groups-at-once.ts', 'migration-tools.ts'].includes(file),
  );
  console.error(`Which benchmark? ${names.map((file) => file.slice(0, -'.ts'.length)).join(', ')}`);
  process.exit(7);
}

await generate();
const outfile = join(root, '.cache/bench', `${name}.cjs`);
await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['pg-native', '@photostructure/sqlite', 'node:sqlite'],
  logLevel: 'warning',
});
const { bench } = createRequire(import.meta.url)(outfile);
const result = await bench();
const machine = { node: process.version, cpus: cpus().length };
if (json) console.log(JSON.stringify({ v: 1, ...result, machine }));
else printTable(result);

function printTable({ name: title, figures }) {
  console.log(`${title} (Node ${machine.node}, ${machine.cpus} CPUs)`);
  const widths = figures.map((figure) => figure.name.length);
  for (const { name: figure, unit, ours, peer, ratio, peerName } of figures) {
    const label = figure.padEnd(Math.max(...widths));
    const beside = peer === undefined ? '' : `  ${peerName} ${round(peer)} ${unit}`;
    const through = ratio === undefined ? '' : `  ratio ${round(ratio)}`;
    console.log(`  ${label}  ours ${round(ours)} ${unit}${beside}${through}`);
  }
}

function round(number) {
  return Number(number.toPrecision(3));
}
