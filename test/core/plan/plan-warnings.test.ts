import { describe, expect, it } from 'vitest';
import { gather, makePlan } from '../../../core/index.ts';
import { migration, planDocument, sqliteConfig } from '../../support/srdeploy.ts';
import { type Engine, engine } from '../run/engine.ts';

async function planned(scripts: Readonly<Record<string, string>>, config: object = {}, more: object = {}) {
  const own: Engine = engine('auto', scripts);
  const steps = Object.keys(scripts).map((path, i) => migration(`s${i + 1}`, path));
  own.files.contents.set('p.srdeploy', JSON.stringify(planDocument({ pre_checks: [], steps }), undefined, 2));
  own.files.contents.set('deploy-config.json', JSON.stringify({ ...sqliteConfig, ...config }));
  const request = {
    file: 'p.srdeploy',
    configFile: 'deploy-config.json',
    target: undefined,
    facts: { scriptAt: () => 'present' as const, scripts: () => [] },
    createdAt: own.clock.now(),
  };
  return makePlan({ ...(await gather(own.world, request)), ...more }, own.world);
}

const problemsOf = (made: Awaited<ReturnType<typeof planned>>) =>
  made.type === 'planned' ? made.findings : made.problems;

describe('a plan document', () => {
  it('is warned of versions that it uses twice or out of order, at the path of the step', async () => {
    const made = await planned({
      'm/V1__a.sql': 'SELECT 1;',
      'm/V10__b.sql': 'SELECT 1;',
      'm/V9__c.sql': 'SELECT 1;',
      'm/V010__d.sql': 'SELECT 1;',
      'other/V2__e.sql': 'SELECT 1;',
    });
    expect(made.type).toBe('planned');
    expect(problemsOf(made).map(({ code, severity, range }) => [code, severity, range?.start.line])).toEqual([
      ['P005', 'warning', expect.any(Number)],
      ['DUPLICATE_VERSION', 'warning', expect.any(Number)],
    ]);
  });

  it('says of each script how it is applied', async () => {
    const made = await planned({ 'm/V1.sql': 'SELECT 1;', 'm/V2.sql': 'SELECT 1;\nVACUUM;' });
    expect(made.type === 'planned' && [...made.modes]).toEqual([
      ['m/V1.sql', { type: 'transaction' }],
      ['m/V2.sql', { type: 'alone', why: 'VACUUM' }],
    ]);
  });

  it('cannot put a script into a shared transaction that runs statement by statement', async () => {
    const scripts = { 'm/V1.sql': 'SELECT 1;', 'm/V2.sql': 'VACUUM;' };
    const made = await planned(scripts, {}, { transaction: 'all' });
    expect(problemsOf(made)).toMatchObject([{ code: 'TRANSACTION_ALL_IMPOSSIBLE', file: 'm/V2.sql' }]);
  });

  it('tells all placeholders without a value at once, and its digest depends on the values that are used alone', async () => {
    const scripts = { 'm/V1.sql': 'SELECT ${a};\nSELECT ${nope};\nSELECT ${secret:X};' };
    const config = (variables: object) => ({
      migrations: { placeholders: true },
      targets: { staging: { connection_ref: 'db', variables } },
    });
    expect(
      problemsOf(await planned(scripts, config({ a: '1' }))).map(({ code, range }) => [code, range?.start]),
    ).toEqual([
      ['PLACEHOLDER_UNKNOWN', { line: 2, column: 8 }],
      ['PLACEHOLDER_SECRET', { line: 3, column: 8 }],
    ]);
    const digest = async (variables: object) => {
      const made = await planned({ 'm/V1.sql': 'SELECT ${a};' }, config(variables));
      return made.type === 'planned' ? [made.plan.digest, made.plan.migrations?.values] : [];
    };
    const [first, values] = await digest({ a: '1' });
    expect(values).toEqual({ a: '1' });
    expect((await digest({ a: '1', unused: 'x' }))[0]).toBe(first);
    expect((await digest({ a: '2' }))[0]).not.toBe(first);
  });

  it('refuses a script that goes to another database', async () => {
    const made = await planned({ 'm/V1.sql': '.open other.db\nSELECT 1;' });
    expect(problemsOf(made).length).toBeGreaterThan(0);
  });
});
