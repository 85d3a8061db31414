import { describe, expect, it } from 'vitest';
import { createHasher } from '../../../adapters/index.ts';
import { type Facts, gather, isError, makePlan, type Plan, planDigest, targetId } from '../../../core/index.ts';
import { sqlSyntax } from '../../../parsers/index.ts';
import { fakeFiles } from '../../support/fake-files.ts';
import { fakeLeases } from '../../support/fake-leases.ts';
import { migration, planDocument, sqliteConfig } from '../../support/srdeploy.ts';

const world = { hasher: createHasher(), syntax: sqlSyntax };
const files = {
  'm/V1.sql': 'CREATE TABLE a (x int);',
  'm/V2.sql': 'CREATE TABLE b (x int);',
  'm/R1.sql': 'DROP TABLE a;',
};
const fields = {
  pre_checks: [{ id: 'c1', type: 'connection' }],
  steps: [
    migration('s1', './m//V1.sql', { rollback: 'm/R1.sql' }),
    { id: 'b', name: 'b', type: 'backup', target: 'backups/{run_id}.db' },
    migration('s2', 'm/x/../V2.sql', { rollback: 'none', retry: { max: 2, backoff_sec: 3 } }),
  ],
  post_checks: [{ id: 'c2', type: 'object_count', min: 3 }],
};

async function made(
  document: object | string = planDocument(fields),
  options: {
    contents?: Record<string, string>;
    config?: object | undefined;
    at?: string;
    target?: string;
    facts?: Facts;
    epoch?: number;
    break?: (own: ReturnType<typeof fakeFiles>) => void;
  } = {},
) {
  const own = fakeFiles(options.contents ?? files);
  own.contents.set('deployments/p.srdeploy', typeof document === 'string' ? document : JSON.stringify(document));
  own.contents.set('deploy-config.json', JSON.stringify(options.config ?? sqliteConfig));
  options.break?.(own);
  const leases = fakeLeases();
  leases.meddle('staging', { v: 1, epoch: options.epoch ?? 0, forcedEpoch: 0, lease: undefined });
  const inputs = await gather(
    { files: own, leases, syntax: world.syntax },
    {
      file: 'deployments/p.srdeploy',
      configFile: 'deploy-config.json',
      target: options.target === undefined ? undefined : targetId(options.target),
      facts: options.facts ?? { scriptAt: () => 'present', scripts: () => [] },
      createdAt: new Date(options.at ?? '2026-02-05T12:00:00Z'),
    },
  );
  return makePlan(inputs, world);
}

async function plan(...given: Parameters<typeof made>): Promise<Plan> {
  const result = await made(...given);
  if (result.type === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

async function codes(...given: Parameters<typeof made>): Promise<string[]> {
  const result = await made(...given);
  return result.type === 'refused' ? result.problems.filter(isError).map(({ code }) => code) : [];
}

describe('making a plan', () => {
  it('orders pre-checks, steps and post-checks as written, each after the one before it, paths in one spelling', async () => {
    const { operations } = await plan();
    expect(operations.map(({ id, phase, dependsOn }) => [id, phase, ...dependsOn])).toEqual([
      ['c1', 'pre_check'],
      ['s1', 'step', 'c1'],
      ['b', 'step', 's1'],
      ['s2', 'step', 'b'],
      ['c2', 'post_check', 's2'],
    ]);
    expect(operations[1]).toMatchObject({ script: { path: 'm/V1.sql' }, rollback: { path: 'm/R1.sql' } });
    expect(operations[3]).toMatchObject({
      script: { path: 'm/V2.sql' },
      rollback: 'none',
      retry: { max: 2, backoffSec: 3 },
    });
  });

  it('is the same for the same inputs, whatever the time, the lock and the order of keys', async () => {
    const first = await plan();
    expect(await plan()).toEqual(first);
    const later = await plan(planDocument(fields), { at: '2030-01-01T00:00:00Z', epoch: 7 });
    expect(later.digest).toBe(first.digest);
    expect(later.base).toEqual({ createdAt: '2030-01-01T00:00:00.000Z', lockEpoch: 7 });
    const turned = Object.fromEntries(Object.entries(planDocument(fields)).reverse());
    expect((await plan(turned)).digest).toBe(first.digest);
    const spaced = await plan(JSON.stringify(planDocument(fields), undefined, 7).replaceAll('\n', '\r\n'));
    expect(spaced.digest).toBe(first.digest);
    const renamed = await plan(
      planDocument({ ...fields, name: 'Another', created_by: 'lou', created_at: '2026-03-05T12:00:00Z' }),
    );
    expect(renamed.digest).toBe(first.digest);
  });

  it.each<[string, object, Record<string, unknown>]>([
    ['a script', fields, { contents: { ...files, 'm/V1.sql': 'CREATE TABLE a (y int);' } }],
    ['a comment in a script', fields, { contents: { ...files, 'm/V1.sql': 'CREATE TABLE a (x int); -- why' } }],
    ['a rollback script', fields, { contents: { ...files, 'm/R1.sql': 'DROP TABLE b;' } }],
    ['the order of steps', { ...fields, steps: [...fields.steps].reverse() }, {}],
    ['a step’s name', { ...fields, steps: [migration('s1', 'm/V1.sql', { name: 'x' })] }, {}],
    ['a check less', { ...fields, post_checks: [] }, {}],
    ['the approval rule', { ...fields, approval_required: true }, {}],
    ['the plan id', { ...fields, plan_id: '11111111-5a64-4d0f-8a55-3f0c2a1b9d10' }, {}],
    ['the project', fields, { config: { ...sqliteConfig, project: 'other' } }],
    [
      'the connection',
      fields,
      { config: { ...sqliteConfig, connections: { db: { backend: 'sqlite', file: 'x.db' } } } },
    ],
    [
      'the target’s kind',
      fields,
      { config: { ...sqliteConfig, targets: { staging: { name: 'S', kind: 'local', connection_ref: 'db' } } } },
    ],
  ])('has another digest where %s is another', async (_what, changed, options) => {
    expect((await plan(planDocument(changed), options)).digest).not.toBe((await plan()).digest);
  });

  it('has a digest that does not depend on where keys stand in the plan object', async () => {
    const { digest, base: _base, ...unsigned } = await plan();
    const turned = Object.fromEntries(Object.entries(unsigned).reverse()) as unknown as typeof unsigned;
    expect(planDigest(turned, world.hasher)).toBe(digest);
  });

  it('is refused with every problem at once', async () => {
    const broken = { ...files, 'm/V1.sql': "INSERT INTO a VALUES ('x", 'm/V2.sql': 'BEGIN;\nVACUUM;\nCOMMIT;' };
    expect(await codes(planDocument(fields), { contents: broken })).toEqual([
      'SQL_UNTERMINATED',
      'OWN_TRANSACTION',
      'OWN_TRANSACTION',
    ]);
  });

  it.each([
    ['missing', 'P002'],
    ['outside', 'P016'],
    ['not-a-file', 'SCRIPT_NOT_A_FILE'],
  ] as const)('is refused where a script is %s when it is read, whatever the rules knew', async (type, code) => {
    const answer = (own: ReturnType<typeof fakeFiles>) => own.answers.set('m/V1.sql', { type });
    expect(await codes(planDocument(fields), { break: answer })).toEqual([code]);
  });

  it('says why a document or a config cannot be read', async () => {
    const gone = (path: string) => (own: ReturnType<typeof fakeFiles>) => own.answers.set(path, { type: 'missing' });
    expect(await codes(planDocument(fields), { break: gone('deployments/p.srdeploy') })).toEqual(['FILE_UNREADABLE']);
    expect(await codes(planDocument(fields), { break: gone('deploy-config.json') })).toEqual(['FILE_UNREADABLE']);
    const denied = (own: ReturnType<typeof fakeFiles>) =>
      own.answers.set('m/V2.sql', { type: 'unreadable', message: 'EACCES' });
    expect(await codes(planDocument(fields), { break: denied })).toEqual(['SCRIPT_UNREADABLE']);
  });

  it('says of a broken config what is wrong with it, and not what follows from it', async () => {
    const config = {
      connections: { db: { backend: 'postgresql', host: 'h', database: 'd', username: 'u', password: 'plain' } },
    };
    expect(await codes(planDocument(fields), { config })).toEqual(['SCHEMA_LITERAL_PASSWORD']);
  });

  it('opens only so many of a thousand scripts at once', async () => {
    let [open, most] = [0, 0];
    const steps = [...Array(1_000).keys()].map((n) => migration(`s${n}`, `m/V${n}.sql`));
    const contents = Object.fromEntries(steps.map((_step, n) => [`m/V${n}.sql`, `CREATE TABLE t${n} (x int);`]));
    const { operations } = await plan(planDocument({ steps }), {
      contents,
      break: (own) => {
        const read = own.readText;
        own.readText = async (path) => {
          most = Math.max(most, ++open);
          await new Promise((tick) => setImmediate(tick));
          open -= 1;
          return read(path);
        };
      },
    });
    expect(operations).toHaveLength(1_001);
    expect(most).toBeLessThanOrEqual(100);
  });
});

describe('the target of a plan', () => {
  const config = {
    project: 'test',
    connections: {
      db: { backend: 'sqlite', file: 'data.db' },
      live: { backend: 'sqlite', file: 'live.db' },
      pg: { backend: 'postgresql', host: 'h', database: 'd', username: 'u', password: '${env:PW}' },
      my: { backend: 'mysql', host: 'h', database: 'd', username: 'u', password: '${env:PW}' },
      sb: { backend: 'scratchbird', host: 'h', database: 'd', username: 'u', password: '${env:PW}' },
      sbpg: {
        backend: 'native',
        protocol: 'postgresql',
        host: 'h',
        database: 'd',
        username: 'u',
        password: '${env:PW}',
      },
    },
    targets: {
      staging: { name: 'Other name', kind: 'local', connection_ref: 'live', type: 'database' },
      live: { name: 'Live', kind: 'production', connection_ref: 'live' },
      pg: { name: 'PG', connection_ref: 'pg' },
      my: { name: 'MY', connection_ref: 'my' },
      sb: { name: 'SB', connection_ref: 'sb' },
      sbpg: { name: 'SBPG', connection_ref: 'sbpg' },
    },
  };
  const own = (more: object = {}) =>
    planDocument({
      ...fields,
      target_env: { id: 'staging', name: 'Staging', backend: 'sqlite', connection_ref: 'db', ...more },
    });

  it.each<[string, object, string | undefined, object]>([
    [
      'the document’s own, its connection by name, its kind by the config',
      own(),
      undefined,
      { id: 'staging', name: 'Staging', kind: 'local', connectionRef: 'db', type: 'database' },
    ],
    ['the document’s own where it is asked for by name', own(), 'staging', { id: 'staging', connectionRef: 'db' }],
    [
      'the config’s where another is asked for',
      own(),
      'live',
      { id: 'live', name: 'Live', kind: 'production', connectionRef: 'live' },
    ],
    ['the config’s, whatever backend the document has', own(), 'pg', { id: 'pg', connectionRef: 'pg' }],
    ['on MySQL', own(), 'my', { id: 'my', connectionRef: 'my' }],
    ['on a ScratchBird server with its emulation', own(), 'sbpg', { id: 'sbpg', connectionRef: 'sbpg' }],
    [
      'for ScratchBird, on a server that is the emulation itself',
      own({ backend: 'scratchbird', connection_ref: 'pg' }),
      undefined,
      { id: 'staging', connectionRef: 'pg' },
    ],
    [
      'for the emulation, on a ScratchBird server that is reached through it',
      own({ backend: 'postgresql', connection_ref: 'sbpg' }),
      undefined,
      { id: 'staging', connectionRef: 'sbpg' },
    ],
    ['one that the config does not know', own({ id: 'elsewhere' }), undefined, { id: 'elsewhere', kind: undefined }],
  ])('a plan’s target is %s', async (_what, document, target, expected) => {
    const planned = await plan(document, { config, ...(target !== undefined && { target }) });
    expect(planned.target).toMatchObject(expected);
    expect(planned.connection?.ref).toBe(planned.target.connectionRef);
  });

  it.each<[string, object, string | undefined, string, string]>([
    ['an unknown target', own(), 'prod', 'UNKNOWN_TARGET', 'staging, live, pg'],
    ['an unknown connection', own({ connection_ref: 'dbx' }), undefined, 'UNKNOWN_CONNECTION', 'db, live'],
    ['another backend than the connection’s', own({ backend: 'postgresql' }), undefined, 'BACKEND_MISMATCH', 'sqlite'],
    [
      'a ScratchBird server that says no emulation',
      own(),
      'sb',
      'BACKEND_UNSUPPORTED',
      '"protocol": "postgresql", "mysql" or "firebird"',
    ],
  ])('is refused for %s, with what is known', async (_what, document, target, code, word) => {
    const result = await made(document, { config, ...(target !== undefined && { target }) });
    expect(result).toMatchObject({
      type: 'refused',
      problems: expect.arrayContaining([expect.objectContaining({ code, message: expect.stringContaining(word) })]),
    });
  });
});
