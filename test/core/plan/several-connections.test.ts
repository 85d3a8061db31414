import { describe, expect, it } from 'vitest';
import { createHasher } from '../../../adapters/index.ts';
import {
  type AddressLooks,
  canonicalJson,
  checkConfigText,
  gatherConfig,
  makeConfigPlan,
  type Plan,
  resolvePlan,
  targetId,
} from '../../../core/index.ts';
import { sqlSyntax } from '../../../parsers/index.ts';
import { fakeFiles } from '../../support/fake-files.ts';
import { fakeLeases } from '../../support/fake-leases.ts';

const world = { hasher: createHasher(), syntax: sqlSyntax };
const mysql = { backend: 'mysql', host: 'db', database: 'sums', username: 'u', password: '${env:SUMS}' };
const base = {
  project: 'shop',
  connections: { own: { backend: 'sqlite', file: 'app.db' }, sums: mysql },
  targets: { dev: { connection_ref: 'own' }, bare: {} },
};
const contents = {
  'm/V1__a.sql': 'CREATE TABLE a (x int);',
  // One statement on MySQL, two with a fault on SQLite.
  'sums/V1__p.sql': 'DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;',
};

const unset: AddressLooks = new Map();
const leadsTo = (backend: 'postgresql' | 'mysql' | 'sqlite'): AddressLooks =>
  new Map([['SUMS_URL', { type: 'leads-to', backend }]]);

async function made(
  parts: object,
  addresses = unset,
  target = 'dev',
  files: Readonly<Record<string, string>> = contents,
) {
  const own = fakeFiles(files);
  const text = JSON.stringify({ ...base, ...parts });
  own.contents.set('deploy-config.json', text);
  const { config } = checkConfigText('deploy-config.json', text);
  const below = (folder: string) => Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
  const request = {
    config,
    configFile: 'deploy-config.json',
    files: new Map(
      (config?.groups ?? []).map((group) => [
        group.name.value,
        group.patterns.flatMap(({ value }) =>
          below(value.split('/')[0] ?? '').map((path) => ({ path, pattern: value })),
        ),
      ]),
    ),
    folders: new Map((config?.databases ?? []).map(({ name, folder }) => [name, below(folder.value)])),
    addresses,
    hasScript: false,
    target: targetId(target),
    scope: { only: [], skip: [] },
    lifted: {},
    checksHealth: true,
    createdAt: new Date('2026-02-05T12:00:00Z'),
  };
  return makeConfigPlan(await gatherConfig({ files: own, leases: fakeLeases(), syntax: sqlSyntax }, request), world);
}

async function plan(...given: Parameters<typeof made>): Promise<Plan> {
  const result = await made(...given);
  if (result.type === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

async function problems(...given: Parameters<typeof made>) {
  const result = await made(...given);
  return result.type === 'refused' ? result.problems : result.findings;
}

const placesOf = ({ operations }: Plan) =>
  operations.map((one) => (one.type === 'migration' ? [one.script.path, one.connection, one.database] : []));

describe('a config whose databases have connections of their own', () => {
  it('has them in its plan by their names, and on each migration the one that it runs on', async () => {
    const made = await plan({
      groups: [{ name: 'tables', file_patterns: ['m/*.sql'] }],
      databases: { sums: { connection_ref: 'sums', migrations: { path: 'sums' } } },
    });
    expect(made.connection?.ref).toBe('own');
    expect(Object.keys(made.connections ?? {})).toEqual(['sums']);
    expect(placesOf(made)).toEqual([
      ['sums/V1__p.sql', 'sums', 'sums'],
      ['m/V1__a.sql', undefined, undefined],
    ]);
  });

  it('has each script read in the dialect of its own database', async () => {
    const wrong = await problems({ databases: { sums: { migrations: { path: 'sums' } } } });
    expect(wrong.map(({ severity }) => severity)).toContain('error');
    expect(await problems({ databases: { sums: { connection_ref: 'sums', migrations: { path: 'sums' } } } })).toEqual(
      [],
    );
  });

  it('may give one folder to two databases, each with operations of its own', async () => {
    const made = await plan(
      {
        databases: {
          eu: { migrations: { path: 'm' } },
          us: { connection_env: 'SUMS_URL', migrations: { path: 'm' } },
        },
      },
      leadsTo('postgresql'),
    );
    expect(placesOf(made)).toEqual([
      ['m/V1__a.sql', undefined, undefined],
      ['m/V1__a.sql', '${env:SUMS_URL}', 'us'],
    ]);
    expect(new Set(made.operations.map(({ id }) => id)).size).toBe(2);
  });

  it('says nothing of connections where all is on the target’s own, so that the digest is what it was', async () => {
    const made = await plan({
      groups: [{ name: 'tables', connection_ref: 'own', file_patterns: ['m/*.sql'] }],
    });
    expect(Object.keys(made)).not.toContain('connections');
    expect(Object.keys(made.operations[0] ?? {})).not.toContain('connection');
    const { project, target, connection, scope, approval, operations, source } = made;
    const before = { v: 1, planId: source.planId, project, target, connection, scope, approval, operations };
    expect(made.digest).toBe(world.hasher.sha256(canonicalJson(before)));
  });

  it('has another digest for another connection, and holds neither address nor password', async () => {
    const databases = (more: object) => ({ databases: { sums: { ...more, migrations: { path: 'm' } } } });
    const byRef = await plan(databases({ connection_ref: 'sums' }));
    const byAddress = await plan(databases({ connection_env: 'SUMS_URL' }), leadsTo('mysql'));
    const own = await plan(databases({}));
    expect(new Set([byRef.digest, byAddress.digest, own.digest]).size).toBe(3);
    expect(byAddress.connections).toEqual({
      '${env:SUMS_URL}': { ref: '${env:SUMS_URL}', backend: 'mysql', variable: 'SUMS_URL' },
    });
  });

  it('needs no connection of the target where no migration uses it', async () => {
    const databases = { sums: { connection_ref: 'sums', migrations: { path: 'sums' } } };
    expect((await plan({ databases }, unset, 'bare')).connection).toBeUndefined();
    const groups = [{ name: 'tables', file_patterns: ['m/*.sql'] }];
    const codes = (await problems({ databases, groups }, unset, 'bare')).map(({ code }) => code);
    expect(codes).toEqual(['CONNECTION_MISSING']);
  });
});

describe('the backend behind an address in a variable', () => {
  const databases = (engine?: string) => ({
    databases: { sums: { connection_env: 'SUMS_URL', migrations: { path: 'm', ...(engine && { engine }) } } },
  });

  it('is that of the address, or what the engine says where there is none; the plan is the same', async () => {
    const seen = await plan(databases('mariadb'), leadsTo('mysql'));
    const unseen = await plan(databases('mariadb'));
    expect(unseen).toEqual(seen);
    expect((await plan(databases('raw'), leadsTo('mysql'))).digest).toBe(seen.digest);
  });

  it('is asked for where nothing tells it, with the place in the config', async () => {
    const [problem] = await problems(databases());
    expect(problem).toMatchObject({
      code: 'ADDRESS_UNKNOWN',
      file: 'deploy-config.json',
      message: expect.stringContaining('SUMS_URL'),
    });
    expect(problem?.range).toBeDefined();
  });

  it('must be what the engine says', async () => {
    expect((await problems(databases('sqlite'), leadsTo('mysql'))).map(({ code }) => code)).toEqual([
      'ENGINE_MISMATCH',
    ]);
  });

  it('is unknown for a database that is left to people, and keeps nothing from running', async () => {
    const made = await plan({
      groups: [{ name: 'tables', file_patterns: ['m/*.sql'] }],
      databases: { sums: { connection_env: 'SUMS_URL', migrations: { path: 'm', strategy: 'manual' } } },
    });
    expect(made.manual).toMatchObject([
      { database: 'sums', isUnknown: true, command: 'srdeploy migration apply --database sums --target dev' },
    ]);
    expect(made.connections).toBeUndefined();
  });
});

describe('the connections of a plan', () => {
  const files = { absolute: (path: string) => `/p/${path}` };
  const resolved = (own: Plan, env: Readonly<Record<string, string>>) =>
    resolvePlan(own, { files, variables: { env: (name) => env[name], secret: () => undefined } });
  const codes = (result: ReturnType<typeof resolvePlan>) =>
    result.type === 'missing' ? result.problems.map(({ code }) => code) : result.type;
  const byAddress = (engine: string) =>
    plan({ databases: { sums: { connection_env: 'SUMS_URL', migrations: { path: 'm', engine } } } });

  it('are read again when it runs', async () => {
    const result = resolved(await byAddress('mysql'), { SUMS_URL: 'mysql://u:p%2F@db/sums' });
    expect(result.type === 'resolved' && [...result.connections.values()]).toMatchObject([
      { backend: 'mysql', host: 'db', port: 3306, password: 'p/' },
    ]);
  });

  it('are refused where an address is missing, cannot be read, or leads to another backend by now', async () => {
    const own = await byAddress('mysql');
    expect(codes(resolved(own, {}))).toEqual(['MISSING_VARIABLE']);
    expect(codes(resolved(own, { SUMS_URL: 'sums' }))).toEqual(['ADDRESS_INVALID']);
    expect(codes(resolved(own, { SUMS_URL: 'postgres://u@db/sums' }))).toEqual(['ADDRESS_CHANGED']);
  });

  it('may lead to one database in one way, and not in two', async () => {
    const own = await plan({
      databases: {
        a: { connection_env: 'A', migrations: { path: 'm', engine: 'mysql' } },
        b: { connection_env: 'B', migrations: { path: 'm', engine: 'mysql' } },
      },
    });
    expect(codes(resolved(own, { A: 'mysql://u:p@localhost/x', B: 'mariadb://u:p@127.0.0.1:3306/x' }))).toBe(
      'resolved',
    );
    expect(codes(resolved(own, { A: 'mysql://u:p@LOCALHOST/x', B: 'mysql://v:p@[::1]/x' }))).toEqual(['SAME_DATABASE']);
    expect(codes(resolved(own, { A: 'mysql://u:p@db/x', B: 'mysql://v:p@db/y' }))).toBe('resolved');
  });
});
