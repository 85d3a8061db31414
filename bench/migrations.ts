import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { targetId } from '../core/index.ts';
import { type PostgresServer, startPostgres } from '../test/support/postgres-server.ts';
import { startServe } from '../test/support/serve-process.ts';
import { type BenchResult, type Figure, median } from './figure.ts';
import { type BenchTarget, type MigrationTool, migrationTools } from './migration-tools.ts';

const peers = join(process.cwd(), '.cache/bench-peers');
const sizes = (process.env.BENCH_SIZES ?? '1,100,1000').split(',').map(Number);
/** Everything that is measured lies here until the end: some file systems make files slowly for as long as others were just deleted. */
const work = join(tmpdir(), `srdeploy-bench-${process.pid}`);
/** The server has nothing left to write while SQLite is measured. */
const backends = (process.env.BENCH_BACKENDS ?? 'sqlite,postgresql').split(',') as BenchTarget['backend'][];
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
/** Names of peers; all of them where nothing is said. */
const peersAsked = process.env.BENCH_PEERS?.split(',');

/**
 * Applies the same small migrations to fresh databases and then finds nothing to do: ours as the command line does it, a floor, and the
 * peers as their users call them. Whole processes, wall time, in turns within a round; PostgreSQL durable, with a CHECKPOINT before
 * each. Every database is counted afterwards. Needs `npm run build` before. BENCH_SIZES, BENCH_ROUNDS,
 * BENCH_BACKENDS and BENCH_PEERS change how much; BENCH_DETAIL shows every turn.
 */
export async function bench(): Promise<BenchResult> {
  installPeers();
  const server = await startPostgres({ durable: true });
  mkdirSync(work, { recursive: true });
  try {
    const figures: Figure[] = [];
    for (const backend of backends) for (const size of sizes) figures.push(...(await compare(backend, size, server)));
    return { name: 'migrations', figures: [...figures, await warmFigure(server)] };
  } finally {
    await server.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

/** What finding nothing to do may take in the process that an editor's window keeps; milliseconds. */
const WARM_LIMIT = 40;

/** 1,000 migrations that are all applied to PostgreSQL, asked for over standard input and output of `runner serve`, as a window does. */
async function warmFigure(server: PostgresServer): Promise<Figure> {
  const folder = mkdtempSync(join(work, 'warm-'));
  const serve = startServe();
  try {
    const target = await postgresTarget(server);
    const [ours] = migrationTools;
    ours?.prepare(folder, migrations(1_000), target);
    const { argv = [] } = ours?.command(folder, target) ?? {};
    timed(argv, folder, { ...process.env, SRDEPLOY_SECRET_BENCH: server.password });
    const request = {
      project: folder,
      file: 'migrations',
      target: targetId('bench'),
      secrets: { BENCH: server.password },
    };
    const times: number[] = [];
    for (let i = 0; i < 30; i++) {
      const begun = performance.now();
      const answer = await serve.ask('up-to-date', request);
      times.push(performance.now() - begun);
      if (!answer.ok || answer.reply.migrations !== 1_000) throw new Error(JSON.stringify(answer));
    }
    const taken = median(times.slice(10));
    const name = 'postgresql, nothing to do in 1000, in the warm process of a window';
    return { name, unit: 'ms', ours: taken, peer: WARM_LIMIT, ratio: taken / WARM_LIMIT, peerName: 'limit' };
  } finally {
    await serve.close();
  }
}

/** The peers are no dependencies of the project: they are installed for this alone. */
function installPeers(): void {
  mkdirSync(peers, { recursive: true });
  cpSync(join(process.cwd(), 'bench/peers'), peers, { recursive: true });
  if (existsSync(join(peers, 'node_modules/.package-lock.json'))) return;
  const words = ['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', words, { cwd: peers, stdio: ['ignore', 'ignore', 'inherit'] });
}

interface Times {
  readonly apply: number;
  readonly again: number;
}

async function compare(backend: BenchTarget['backend'], size: number, server: PostgresServer): Promise<Figure[]> {
  const tools = migrationTools
    .filter(({ backends }) => backends.includes(backend))
    .filter(({ name }, i) => i === 0 || !peersAsked || peersAsked.includes(name));
  const taken = new Map<string, Times[]>(tools.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const inTurn = [...tools.slice(round % tools.length), ...tools.slice(0, round % tools.length)];
    for (const tool of inTurn) taken.get(tool.name)?.push(await measure(tool, backend, size, server));
  }
  const [ours, ...others] = tools;
  if (!ours) throw new Error('There is nothing of ours to measure.');
  const timesOf = (tool: MigrationTool) => taken.get(tool.name) ?? [];
  return (['apply', 'again'] as const).flatMap((what) =>
    others.map((peer): Figure => {
      const [own, theirs] = [timesOf(ours), timesOf(peer)];
      return {
        name: `${backend}, ${what === 'apply' ? 'apply' : 'nothing to do in'} ${size}`,
        unit: 'ms',
        ours: median(own.map((times) => times[what])),
        peer: median(theirs.map((times) => times[what])),
        ratio: median(own.map((times, i) => times[what] / (theirs[i]?.[what] ?? Number.NaN))),
        peerName: peer.name,
      };
    }),
  );
}

async function measure(
  tool: MigrationTool,
  backend: BenchTarget['backend'],
  size: number,
  server: PostgresServer,
): Promise<Times> {
  const folder = mkdtempSync(join(work, 'one-'));
  const target = backend === 'sqlite' ? sqliteTarget(folder) : await postgresTarget(server);
  tool.prepare(folder, migrations(size), target);
  const { argv, env } = tool.command(folder, target);
  const run = () => timed(argv, folder, { ...process.env, SRDEPLOY_SECRET_BENCH: server.password, ...env });
  const times = { apply: run(), again: run() };
  await countTables(target, size, tool.name);
  if (process.env.BENCH_DETAIL) console.error(tool.name, Math.round(times.apply), Math.round(times.again));
  return times;
}

const migrations = (size: number): readonly string[] =>
  [...Array(size).keys()].map((i) => {
    const table = `t_${String(i + 1).padStart(5, '0')}`;
    return `CREATE TABLE ${table} (id integer PRIMARY KEY, name text NOT NULL, created_at timestamp DEFAULT CURRENT_TIMESTAMP);\nINSERT INTO ${table} (id, name) VALUES (1, 'one');\n`;
  });

const sqliteTarget = (folder: string): BenchTarget => ({
  backend: 'sqlite',
  url: join(folder, 'target.db'),
  connection: { backend: 'sqlite', file: 'target.db' },
});

let databases = 0;

async function postgresTarget(server: PostgresServer): Promise<BenchTarget> {
  databases += 1;
  const database = `bench_${databases}`;
  const { host, port, username, password } = server;
  const admin = new pg.Client({ host, port, user: username, password, database: server.database });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${database}`);
  await admin.query('CHECKPOINT');
  await admin.end();
  return {
    backend: 'postgresql',
    url: `postgres://${username}:${password}@${host}:${port}/${database}`,
    connection: {
      backend: 'postgresql',
      host,
      port,
      database,
      username,
      password: `${'$'}{secret:BENCH}`,
      ssl_mode: 'disable',
    },
  };
}

function timed(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const [command, ...words] = argv;
  const begun = performance.now();
  const { status, stderr, stdout, error } = spawnSync(command as string, words, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const elapsed = performance.now() - begun;
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr.slice(-2_000)}${stdout.slice(-500)}`);
  return elapsed;
}

/** A tool that applied less than all of them is not measured, it is wrong. */
async function countTables(target: BenchTarget, size: number, tool: string): Promise<void> {
  const counted = target.backend === 'sqlite' ? countSqlite(target.url) : await countPostgres(target.url);
  if (counted !== size) throw new Error(`${tool} made ${counted} tables of ${size}.`);
}

function countSqlite(file: string): number {
  const code = `const { DatabaseSync } = require('@photostructure/sqlite');
const row = new DatabaseSync(process.argv[1]).prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name LIKE 't\\\\_%' ESCAPE '\\\\'").get();
console.log(row.n);`;
  return Number(execFileSync(process.execPath, ['-e', code, file], { encoding: 'utf8' }));
}

async function countPostgres(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(
    "SELECT count(*)::int AS n FROM pg_class WHERE relkind = 'r' AND relname LIKE 't\\_%'",
  );
  await client.end();
  return Number(rows[0]?.n);
}
