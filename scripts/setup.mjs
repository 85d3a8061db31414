// Installs the npm packages that package-lock.json names where they are missing or differ. Imports Node's own modules only.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOrThrow } from './process.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Makes sure that node_modules holds what package-lock.json names. Throws with npm's words where that fails. */
export async function setup() {
  const difference = differenceToLock();
  if (difference === undefined) return;
  console.log(`npm ci: ${difference}`);
  await runOrThrow('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, timeoutMs: 10 * 60_000, output: 'inherit' });
  const left = differenceToLock();
  if (left !== undefined) throw new Error(`After npm ci, ${left}`);
}

/** Why the installed packages are not those of the lock file; undefined where they are. */
function differenceToLock() {
  const wanted = packagesIn('package-lock.json');
  if (!wanted) throw new Error('package-lock.json is missing or cannot be read.');
  // npm writes this file last, so an install that was cut short has none.
  const installed = packagesIn('node_modules/.package-lock.json');
  if (!installed) return 'node_modules is missing or incomplete';
  const wrong = Object.entries(wanted).find(
    ([path, { version, optional, devOptional, peer }]) =>
      path !== '' && !optional && !devOptional && !peer && installed[path]?.version !== version,
  );
  return wrong && `${wrong[0]} is not installed as version ${wrong[1].version}`;
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
