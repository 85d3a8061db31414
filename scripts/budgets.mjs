// Sizes that the bundles may not exceed. Imports Node's own modules only.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const KB = 1000;

const budgets = {
  'dist/extension.js': 60 * KB,
  'dist/server.js': 220 * KB,
  'dist/language-service.js': 240 * KB,
};

/** Words that no bundle without a language client contains, however it is minified. */
const clientWords = ['vscode-languageclient', 'vscode-jsonrpc', 'textDocument/didOpen'];

/** One line for each budget that is exceeded; empty where all are kept. */
export function brokenBudgets() {
  const sizes = Object.entries(budgets).flatMap(([file, most]) => {
    if (!existsSync(join(root, file))) return [`${file} is missing`];
    const { size } = statSync(join(root, file));
    return size > most ? [`${file} has ${size} bytes, more than ${most}`] : [];
  });
  return [...sizes, ...languageClientInEntry()];
}

/** The entry is loaded at activation of every window; the language client comes with the lazy half. */
function languageClientInEntry() {
  const entry = join(root, 'dist/extension.js');
  if (!existsSync(entry)) return [];
  const code = readFileSync(entry, 'utf8');
  return clientWords
    .filter((word) => code.includes(word))
    .map((word) => `dist/extension.js holds the language client: it contains "${word}"`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const broken = brokenBudgets();
  for (const line of broken) console.error(line);
  if (broken.length === 0) {
    for (const file of Object.keys(budgets)) console.log(`${file}: ${statSync(join(root, file)).size} bytes`);
  }
  process.exitCode = broken.length === 0 ? 0 : 1;
}
