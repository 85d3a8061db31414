// The main job on the embedded default, SQLite: validate, plan, run with a failing step, mend, resume, history. Exits 0 when all went as told.
import { spawn } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const plan = 'deployments/release-1.4.srdeploy';
const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;

await setup();
await run(process.execPath, [join(root, 'scripts/build.mjs')], root);
const shop = join(root, '.cache/demo/shop');
await rm(shop, { recursive: true, force: true });
await cp(join(root, 'examples/shop'), shop, {
  recursive: true,
  filter: (path) => !/[/\\](\.srdeploy|data|backups)$/.test(path),
});

heading('1. Is the plan sound? Nothing is run.');
await srdeploy(0, 'validate');
heading('2. What would it do? The database is not even created.');
await srdeploy(0, 'plan', plan);
heading('3. Run it. Step 4 names a column that does not exist.');
await srdeploy(8, 'run', plan);
heading('4. Mend the migration.');
say('$ cp mended/V0003__add_order_totals.sql migrations/');
await cp(join(shop, 'mended/V0003__add_order_totals.sql'), join(shop, 'migrations/V0003__add_order_totals.sql'));
heading('5. Resume: the checks are repeated, the done steps skipped. At the pause a second terminal lets it go on.');
await srdeploy(0, 'resume', 'latest', '--yes', { whenPaused: ['continue', 'latest', '--json'] });
heading('6. History: one run, two attempts.');
await srdeploy(0, 'runs', 'show', 'latest');
await srdeploy(0, 'runs', 'list');
heading('7. Migration status, read from the database itself.');
await srdeploy(0, 'migration', 'status', plan);
say('', `Look around in ${relative(process.cwd(), shop) || '.'}; the next demo begins anew.`);

/** Runs srdeploy in the shop and expects an exit code. */
async function srdeploy(expected, ...words) {
  const options = typeof words.at(-1) === 'object' ? words.pop() : {};
  say(`$ srdeploy ${words.join(' ')}`);
  const { code } = await run(process.execPath, [join(root, 'dist/cli.js'), ...words], shop, options.whenPaused);
  if (code !== expected) {
    console.error(`srdeploy ${words.join(' ')} ended with exit ${code}, not ${expected}.`);
    process.exit(1);
  }
  if (expected !== 0) say(`(exit ${code}, as expected)`);
}

/** Passes the output on; when it tells how to continue a pause, continues it once. */
function run(command, words, cwd, whenPaused, isQuiet = false) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...(isColoured && { FORCE_COLOR: '1' }) };
    const child = spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let seen = '';
    let isContinued = !whenPaused;
    child.stdout.on('data', (chunk) => {
      if (!isQuiet) process.stdout.write(chunk);
      seen += chunk;
      if (isContinued || !seen.includes('Continue with:')) return;
      isContinued = true;
      say(`$ srdeploy ${whenPaused.slice(0, 2).join(' ')}      (in a second terminal)`);
      run(command, [join(root, 'dist/cli.js'), ...whenPaused], cwd, undefined, true).catch(reject);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code }));
  });
}

function heading(text) {
  say('', isColoured ? `\u001b[1m${text}\u001b[22m` : text, '');
}

function say(...lines) {
  for (const line of lines) console.log(line);
}
