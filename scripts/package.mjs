// npm run package: builds and packs the extension into one VSIX, offline, and refuses what should not ship.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokenBudgets } from './budgets.mjs';
import { run } from './process.mjs';
import { setup } from './setup.mjs';
import { zipEntries } from './zip-entries.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MOST_BYTES = 2_000_000;
const MOST_FILES = 60;

/** What may be in the archive; what must be in it is marked. */
const allowed = [
  { name: /^\[Content_Types\]\.xml$/ },
  { name: /^extension\.vsixmanifest$/ },
  { name: /^extension\/package\.json$/, required: true },
  { name: /^extension\/package\.nls(\.[\w-]+)?\.json$/ },
  { name: /^extension\/readme\.md$/i, required: true },
  { name: /^extension\/changelog\.md$/i, required: true },
  { name: /^extension\/LICENSE(\.txt|\.md)?$/, required: true },
  { name: /^extension\/dist\/extension\.js$/, required: true },
  { name: /^extension\/dist\/client\.js$/, required: true },
  { name: /^extension\/dist\/server\.js$/, required: true },
  { name: /^extension\/dist\/runner\.js$/, required: true },
  { name: /^extension\/dist\/sqlite-child\.js$/, required: true },
  { name: /^extension\/dist\/indexer\.js$/, required: true },
  { name: /^extension\/dist\/danger-report\.js$/, required: true },
  { name: /^extension\/dist\/language-features\.js$/, required: true },
  { name: /^extension\/dist\/language-service\.js$/, required: true },
  { name: /^extension\/dist\/sql-effects\.js$/, required: true },
  { name: /^extension\/dist\/sql-wasm\.wasm$/, required: true },
  { name: /^extension\/dist\/libpg-query\.wasm$/, required: true },
  { name: /^extension\/dist\/webview\/[\w-]+\.(js|css|ttf)$/, required: true },
  { name: /^extension\/media\/icons\/[\w-]+\.(svg|png)$/, required: true },
  { name: /^extension\/schemas\/[\w.-]+\.json$/, required: true },
  { name: /^extension\/syntaxes\/(snippets\/)?[\w.-]+\.json$/, required: true },
];

await setup();
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const file = join(root, `srdeploy-${version}.vsix`);
// vsce builds first, by the script vscode:prepublish.
const vsce = ['node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--allow-missing-repository'];
await step('vsce package', [...vsce, '--no-rewrite-relative-links', '--no-update-package-json', '--out', file]);

const entries = zipEntries(await readFile(file)).filter(({ name }) => !name.endsWith('/'));
const { size } = await stat(file);
const wrong = [...brokenBudgets(), ...problemsOf(entries, size)];
for (const { name, bytes } of [...entries].sort((a, b) => b.bytes - a.bytes)) {
  console.log(`${String(bytes).padStart(9)}  ${name}`);
}
console.log(`${file}: ${size} bytes, ${entries.length} files`);
for (const line of wrong) console.error(line);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function step(name, args) {
  const result = await run(process.execPath, args, { cwd: root, timeoutMs: 5 * 60_000 });
  if (result.ok) return;
  console.error(`${name} failed: ${result.reason}`);
  process.exit(1);
}

function problemsOf(files, bytes) {
  const names = files.map(({ name }) => name);
  return [
    ...names.filter((name) => !allowed.some((one) => one.name.test(name))).map((name) => `${name} must not ship`),
    ...allowed
      .filter((one) => one.required && !names.some((name) => one.name.test(name)))
      .map((one) => `nothing in the VSIX matches ${one.name.source}`),
    ...(bytes > MOST_BYTES ? [`the VSIX has ${bytes} bytes, more than ${MOST_BYTES}`] : []),
    ...(names.length > MOST_FILES ? [`the VSIX has ${names.length} files, more than ${MOST_FILES}`] : []),
  ];
}
