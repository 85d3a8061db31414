import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import { cliBundle, type Ended } from '../support/srdeploy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let server: PostgresServer;
let folder: string;
let home: string;
beforeAll(async () => {
  [server, folder, home] = await Promise.all([startPostgres(), temporaryFolder(), temporaryFolder()]);
});
afterAll(() => server.stop());

const files = {
  'migrations/V0001__sync_state.sql': 'CREATE TABLE sync_state (id integer PRIMARY KEY);\n',
  'migrations/V0002__woofs.sql': 'CREATE TABLE woofs (id integer PRIMARY KEY, name text);\n',
  'package.json': '{ "scripts": { "build": "echo built for $SUPABASE_URL > built", "test": "test -s built" } }\n',
};
const key = 'sk-service-role-7f3a9b';

/** One line of the transcript; what is typed goes to standard input. */
function srdeploy(words: readonly string[], typed = ''): Promise<Ended> {
  const env = { ...process.env, XDG_CONFIG_HOME: home, SRDEPLOY_USER: 'dana', NO_COLOR: '1' };
  const child = spawn(process.execPath, [cliBundle, ...words], { cwd: folder, env });
  child.stdin.on('error', () => undefined); // One that reads nothing may have ended.
  child.stdin.end(typed);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const { host, port, username: user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
const tables = async () =>
  (await query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")).map(
    ({ table_name }) => table_name,
  );

/** What a person writes into the config that `init` has begun: how the database is reached, and what the build needs. */
async function edit(): Promise<void> {
  const file = join(folder, 'deploy-config.json');
  const text = await readFile(file, 'utf8');
  const { host, port, database, username } = server;
  const main = { backend: 'postgresql', host, port, database, username, password: '${secret:DB_PASSWORD}' };
  const edited = text
    .replace(/"connections": \{/, `"connections": {\n    "main": ${JSON.stringify(main)}`)
    .replace(
      /("build_command": [^\n]*\n)/,
      '"required_env_vars": ["SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"],\n      $1',
    );
  expect(edited).not.toBe(text);
  await writeFile(file, edited);
}

async function everyFile(): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return (await Promise.all(paths.map((path) => readFile(path, 'latin1')))).join('\n');
}

describe('the first deployment of a project, from nothing to its history', () => {
  it('goes as the orchestration document tells it, on PostgreSQL', async () => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const steps: string[] = [];
    const told = async (code: number, essential: readonly string[], words: readonly string[], typed?: string) => {
      const ended = await srdeploy(words, typed);
      steps.push(ended.stdout + ended.stderr);
      expect(ended.code, `${words.join(' ')}\n${ended.stdout}${ended.stderr}`).toBe(code);
      for (const text of essential) expect(ended.stdout + ended.stderr).toContain(text);
      return ended;
    };
    const target = ['--target', 'production'];

    await told(0, ['migrations (2 files)', 'build, test', 'Wrote deploy-config.json.'], ['init', '--name', 'woofs']);
    await edit();
    await told(
      0,
      ['Added the target production', 'PRODUCTION'],
      [
        ...['target', 'add', 'production', '--type', 'database', '--provider', 'supabase'],
        ...['--host', 'db.woofs.com', '--connection', 'main'],
      ],
    );
    await told(0, [''], ['config', 'validate']);

    await told(7, ['srdeploy env set DB_PASSWORD --target production --secret'], ['migration', 'status', ...target]);
    await told(
      0,
      ['Stored for production, encrypted'],
      ['env', 'set', 'DB_PASSWORD', ...target, '--secret'],
      server.password,
    );
    await told(0, ['reached'], ['target', 'test', 'production']);

    await told(0, ['pending', 'migrations/V0001__sync_state.sql'], ['migration', 'status', ...target]);
    await told(
      7,
      ['srdeploy env set SUPABASE_URL --target production', 'SUPABASE_SERVICE_ROLE_KEY'],
      [...['run', ...target, '--dry-run', '--validate-env']],
    );
    await told(0, ['SUPABASE_URL'], ['env', 'set', 'SUPABASE_URL', 'https://woofs.example.org', ...target]);
    await told(0, ['encrypted'], ['env', 'set', 'SUPABASE_SERVICE_ROLE_KEY', ...target, '--secret'], key);

    await told(0, ['2 pending', 'Dry run: nothing was run.'], ['run', ...target, '--dry-run', '--validate-env']);
    expect(await tables()).toEqual([]);
    expect(await readdir(folder)).not.toContain('built');

    await told(6, ['--confirm "production"'], ['run', ...target]);
    await told(0, ['Run succeeded'], ['run', ...target, '--confirm', 'production']);
    expect(await tables()).toEqual(['srdeploy_migrations', 'sync_state', 'woofs']);
    expect(await query('SELECT scope, path, status FROM srdeploy_migrations ORDER BY path')).toEqual([
      { scope: 'woofs', path: 'migrations/V0001__sync_state.sql', status: 'succeeded' },
      { scope: 'woofs', path: 'migrations/V0002__woofs.sql', status: 'succeeded' },
    ]);
    expect(await readFile(join(folder, 'built'), 'utf8')).toBe('built for https://woofs.example.org\n');

    await told(
      0,
      ['success', 'dana', 'V0001__sync_state.sql', 'V0002__woofs.sql'],
      ['migration', 'history', ...target],
    );
    await told(0, ['applied'], ['migration', 'status', ...target]);
    await told(0, ['"name": "build"', '${secret:DB_PASSWORD}'], ['runs', 'show', 'latest', '--config']);
    const history = (sql: string) => rowsIn(join(folder, '.srdeploy/history.sqlite'), sql);
    expect(history('SELECT target_name, provider, host FROM deployment_targets')).toEqual([
      { target_name: 'production', provider: 'supabase', host: 'db.woofs.com' },
    ]);

    const written = `${await everyFile()}\n${steps.join('\n')}`;
    expect([server.password, key].filter((secret) => written.includes(secret))).toEqual([]);
  }, 240_000);
});
