// The fault campaign: `npm run campaign -- [--seed S] [--cases N] [--only FAULT] [--backend sqlite,postgresql,mysql,firebird]
// [--minutes M] [--workers W] [--part two-folders,long-plan,cases] [--kills K] [--folds F] [--dist FOLDER] [--keep] [--verbose]`. Random plans and random faults through the bundles that ship, checked
// from outside. Prints a summary; exits with 1 where an invariant did not hold. See docs/fault-campaign.md.
import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { generate } from './generate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// One for each campaign, so that two at a time do not meet.
const bundle = process.env.CAMPAIGN_BUNDLE ?? join(root, '.cache/campaign', `main-${process.pid}.cjs`);
const backendNames = ['sqlite', 'postgresql', 'mysql', 'firebird'];

if (process.env.CAMPAIGN_SHARE) await work(JSON.parse(process.env.CAMPAIGN_SHARE));
else await lead(readOptions(process.argv.slice(2)));

function readOptions(words) {
  const value = (name) => {
    const at = words.indexOf(`--${name}`);
    return at < 0 ? undefined : words[at + 1];
  };
  const number = (name, otherwise) => {
    const text = value(name) ?? String(otherwise);
    if (!/^\d+$/.test(text)) fail(`--${name} takes a whole number.`);
    return Number(text);
  };
  const known = [
    'seed',
    'cases',
    'only',
    'backend',
    'minutes',
    'workers',
    'dist',
    'keep',
    'verbose',
    'json',
    'part',
    'kills',
    'folds',
  ];
  for (const word of words)
    if (word.startsWith('--') && !known.includes(word.slice(2))) fail(`There is no option ${word}.`);
  const backends = (value('backend') ?? 'sqlite').split(',');
  for (const name of backends) if (!backendNames.includes(name)) fail(`There is no backend ${name}.`);
  return {
    seed: number('seed', Date.now() % 1_000_000_000),
    cases: number('cases', 100),
    minutes: number('minutes', 60),
    workers: number('workers', 2),
    kills: number('kills', 50),
    folds: number('folds', 400),
    parts: (value('part') ?? 'two-folders,long-plan,cases').split(','),
    only: value('only'),
    dist: value('dist') ?? join(root, 'dist'),
    backends,
    keep: words.includes('--keep'),
    verbose: words.includes('--verbose'),
    json: words.includes('--json'),
  };
}

function fail(message) {
  console.error(message);
  process.exit(7);
}

/** Bundles the cases, shares them out among workers, and sums up. */
async function lead(options) {
  await generate();
  await build({
    absWorkingDir: root,
    entryPoints: ['test/campaign/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['pg-native', '@photostructure/sqlite', 'node:sqlite'],
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'test/support')) },
    logLevel: 'warning',
  });
  const { seed, cases, only, dist, backends, keep, workers, minutes } = options;
  const hasAudit = await knowsAudit(dist);
  const until = Date.now() + minutes * 60_000;
  const sum = { cases: 0, attempts: 0, injected: {}, backends: {}, violations: [] };
  const began = Date.now();
  const { parts, kills, folds } = options;
  const codes = [];
  if (parts.includes('two-folders')) {
    const wasm = join(dist, 'sql-wasm.wasm');
    const { twoFolders } = createRequire(import.meta.url)(bundle);
    add(sum, await twoFolders(folds, wasm, (fold) => startWorker({ fold }, () => undefined)), options);
  }
  const long = { seed, dist, kills, migrations: Math.max(40, kills) };
  for (const backend of parts.includes('long-plan') ? backends : [])
    codes.push(await startWorker({ long: { ...long, backend } }, (result) => add(sum, result, options)));
  const shared = await Promise.all(
    Array.from({ length: parts.includes('cases') ? workers : 0 }, (_, first) =>
      startWorker({ seed, first, step: workers, cases, backends, only, dist, hasAudit, keep, until }, (result) =>
        add(sum, result, options),
      ),
    ),
  );
  codes.push(...shared);
  const seconds = Math.round((Date.now() - began) / 1000);
  if (codes.some((code) => code !== 0))
    sum.violations.push({ violations: [`a worker ended with ${codes.join(', ')}`] });
  if (options.json) console.log(JSON.stringify({ v: 1, seed, seconds, ...sum }));
  else printSum(sum, seed, seconds);
  rmSync(bundle, { force: true });
  process.exitCode = sum.violations.length === 0 && sum.cases > 0 ? 0 : 1;
}

async function knowsAudit(dist) {
  const child = spawn(process.execPath, [join(dist, 'cli.js'), '--help'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let help = '';
  for await (const chunk of child.stdout) help += chunk;
  return /^\s+audit\b/m.test(help);
}

/** Mounts that a case makes are seen by its worker alone, and gone with it. */
function startWorker(share, report) {
  const command = [process.execPath, fileURLToPath(import.meta.url)];
  const words = canMount() ? ['unshare', '--mount', '--propagation', 'private', ...command] : command;
  const child = spawn(words[0], words.slice(1), {
    env: {
      ...process.env,
      CAMPAIGN_BUNDLE: bundle,
      CAMPAIGN_MOUNTS: canMount() ? '1' : '',
      CAMPAIGN_SHARE: JSON.stringify(share),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) report(JSON.parse(line));
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function canMount() {
  if (process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['--mount', '--propagation', 'private', 'true'], { stdio: 'ignore' }).status === 0;
}

async function work(share) {
  // Nobody listens any more: the case that is being played is brought to its end, and no other begins.
  process.stdout.on('error', () => {
    share.until = 0;
  });
  const { foldShare, playLong, playShare } = createRequire(import.meta.url)(bundle);
  const report = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);
  if (share.fold) await foldShare(share.fold);
  else if (share.long) await playLong(share.long, report);
  else await playShare(share, report);
}

function add(sum, result, options) {
  sum.cases += 1;
  sum.attempts += result.attempts;
  sum.backends[result.backend] = (sum.backends[result.backend] ?? 0) + 1;
  for (const [kind, count] of Object.entries(result.injected)) sum.injected[kind] = (sum.injected[kind] ?? 0) + count;
  const say = options.json ? console.error : console.log;
  if (result.violations.length > 0) {
    const { seed, backend, violations } = result;
    sum.violations.push({ seed, backend, violations });
    const only = options.only ? ` --only ${options.only}` : '';
    say(`\n✗ seed ${seed}\n${result.story.map((line) => `  ${line}`).join('\n')}`);
    say(`  replay: npm run campaign -- --part cases --seed ${seed} --cases 1 --backend ${backend}${only} --keep\n`);
  } else if (options.verbose)
    say(`✓ ${(result.ms / 1000).toFixed(1)} s\n${result.story.map((line) => `  ${line}`).join('\n')}`);
  if (sum.cases % 50 === 0)
    say(`${sum.cases} cases, ${total(sum.injected)} faults, ${sum.violations.length} with violations`);
}

function total(injected) {
  return Object.values(injected).reduce((all, count) => all + count, 0);
}

function printSum(sum, seed, seconds) {
  console.log(`\nFault campaign, seed ${seed}: ${sum.cases} cases in ${seconds} s`);
  for (const [name, count] of Object.entries(sum.backends)) console.log(`  ${String(count).padStart(6)} on ${name}`);
  console.log(`  ${String(sum.attempts).padStart(6)} attempts`);
  console.log(`  ${String(total(sum.injected)).padStart(6)} faults came to pass:`);
  for (const [kind, count] of Object.entries(sum.injected).sort())
    console.log(`  ${String(count).padStart(12)} ${kind}`);
  if (!canMount())
    console.log('         left out: disk-full and read-only, which need root and a name space for mounts');
  console.log(`  ${String(sum.violations.length).padStart(6)} cases with violations`);
  for (const { seed: at, violations } of sum.violations)
    console.log(`    seed ${at}: ${violations.join(' | ').slice(0, 400)}`);
}
