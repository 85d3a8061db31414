import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkConfigText,
  findParts,
  type ProposedConfig,
  proposeConfig,
  readConfigValue,
  targetId,
} from '../../../core/index.ts';

interface Piece {
  readonly files: Readonly<Record<string, string>>;
  readonly sqliteFiles?: readonly string[];
}

const json = (value: object): string => JSON.stringify(value);

/** Everything that `init` knows how to find, piece by piece; `in` puts it into a folder. */
const pieces: Readonly<Record<string, (place: string) => Piece>> = {
  migrations: (at) => ({ files: { [`${at}migrations/V1__a.sql`]: '', [`${at}migrations/schema.sql`]: '' } }),
  supabaseMigrations: (at) => ({ files: { [`${at}supabase/migrations/20260205120000_a.sql`]: '' } }),
  package: () => ({
    files: { 'package.json': json({ scripts: { build: 'x', test: 'x', deploy: 'x' }, dependencies: { pg: '1' } }) },
  }),
  packageBelow: () => ({
    files: { 'web/package.json': json({ scripts: { test: 'x' }, dependencies: { mysql2: '1' } }) },
  }),
  functions: (at) => ({ files: { [`${at}supabase/functions/hello/index.ts`]: '' } }),
  services: (at) => ({
    files: { [`${at}shop.service`]: '', [`${at}units/a.service`]: '', [`${at}units/b@.service`]: '' },
  }),
  image: (at) => ({ files: { [`${at}Dockerfile`]: '' } }),
  infra: (at) => ({ files: { [`${at}infra/main.tf`]: '', [`${at}infra/staging.tfvars`]: '' } }),
  moreInfra: (at) => ({ files: { [`${at}other/main.tf`]: '' } }),
  deployScript: () => ({ files: { 'deploy.sh': '#!/bin/sh\n' } }),
  environment: () => ({
    files: { '.env.example': 'DATABASE_URL=hunter2\nDB_USER=hunter2\nDB_PASSWORD=hunter2\nSUPABASE_URL=hunter2\n' },
  }),
  sqliteFile: (at) => ({ files: {}, sqliteFiles: [`${at}data/dev.db`] }),
};
const names = Object.keys(pieces);

interface Wish {
  readonly place?: string;
  readonly project?: string | undefined;
  readonly targets?: readonly string[];
}

function propose(chosen: readonly string[], wish: Wish = {}): ProposedConfig {
  const { place, project, targets } = { place: '', project: 'shop', targets: [], ...wish };
  const parts = chosen.map((name) => pieces[name]?.(place) ?? { files: {} });
  const files: Readonly<Record<string, string>> = Object.assign({}, ...parts.map((piece) => piece.files));
  const sqliteFiles = parts.flatMap((piece) => piece.sqliteFiles ?? []);
  const texts = new Map(Object.entries(files).filter(([, text]) => text !== ''));
  const found = findParts({ files: Object.keys(files), texts, sqliteFiles, notes: [] });
  return proposeConfig(found, { project, targets: targets.map(targetId) });
}

interface Config {
  readonly project?: string;
  readonly connections: Readonly<
    Record<string, { readonly file?: string; readonly backend: string; readonly password?: string }>
  >;
  readonly targets: Readonly<Record<string, { readonly kind?: string; readonly connection_ref?: string }>>;
  readonly databases?: Readonly<
    Record<string, { readonly connection_env: string; readonly migrations: { readonly path: string } }>
  >;
  readonly groups: readonly {
    readonly name: string;
    readonly order: number;
    readonly file_patterns?: readonly string[];
    readonly required_env_vars?: readonly string[];
  }[];
  readonly infra?: { readonly path: string };
}

function configIn(text: string): Config {
  const read = readConfigValue('deploy-config.json', text);
  if (read.type === 'broken') throw new Error(JSON.stringify(read.problems));
  return read.value as Config;
}

/** Takes the slashes away before every example. What explains something begins with a letter. */
const withExamples = (text: string): string => text.replace(/^(\s*)\/\/ (?=[ "{}[\]])/gm, '$1');

const problemsOf = (text: string) => checkConfigText('deploy-config.json', text).problems;
const configOf = (...given: Parameters<typeof propose>): Config => configIn(propose(...given).text);
const ordersOf = ({ groups }: Config) => Object.fromEntries(groups.map(({ name, order }) => [name, order]));

describe('a proposed config', () => {
  it('is valid, with its examples as well as without, for every combination of what can be found', () => {
    // What differs from another piece by its place alone is left to the test below.
    const own = names.filter((name) => name !== 'supabaseMigrations' && name !== 'moreInfra');
    for (let chosen = 0; chosen < 2 ** own.length; chosen++) {
      const subset = own.filter((_name, i) => (chosen >> i) % 2 === 1);
      const { text } = propose(subset);
      expect({ subset, problems: problemsOf(text) }).toEqual({ subset, problems: [] });
      expect({ subset, problems: problemsOf(withExamples(text)) }).toEqual({ subset, problems: [] });
      expect(text).not.toContain('hunter2');
    }
  }, 120_000);

  it('is valid whatever folders, projects and targets are called, and names them as they are', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom(
        'a b',
        '"',
        "'",
        'a\nb',
        '// x',
        '*/',
        '{',
        '*',
        ' ',
        '\r',
        '\u2028',
        '\u202e',
        '__proto__',
        'é',
        'x'.repeat(255),
      ),
    );
    const folder = hostile.map((name) => `${name.replaceAll('/', '_').replaceAll('\0', '_')}/`);
    const target = fc.stringMatching(/^[a-z][a-z0-9-]{1,31}$/);
    const wishes = fc.record({
      place: folder,
      project: fc.option(
        hostile.filter((name) => /\S/.test(name)),
        { nil: undefined },
      ),
      targets: fc.uniqueArray(target, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.subarray(names), wishes, (chosen, wish) => {
        const { text, targets } = propose(chosen, wish);
        expect(problemsOf(text)).toEqual([]);
        expect(problemsOf(withExamples(text))).toEqual([]);
        const config = configIn(text);
        expect(config.project).toBe(wish.project);
        expect(Object.keys(config.targets)).toEqual(targets);
        const paths = Object.values(config.databases ?? {}).map(({ migrations }) => `${migrations.path}/*.sql`);
        const patterns = [...config.groups.flatMap(({ file_patterns = [] }) => file_patterns), ...paths];
        for (const pattern of patterns) expect(pattern.startsWith(wish.place)).toBe(true);
        expect(text.replace(/[ -~\n]/g, '')).not.toMatch(/[\r\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  it('puts migrations first, then builds, then functions and services, then what deploys the rest', () => {
    const chosen = ['migrations', 'package', 'image', 'functions', 'services', 'deployScript'];
    expect(ordersOf(configOf(chosen))).toEqual({
      migrations: 1,
      build: 2,
      image: 2,
      functions: 3,
      services: 3,
      units_services: 3,
      deploy: 4,
      deploy_script: 4,
    });
    expect(ordersOf(configOf(['functions', 'services']))).toEqual({ functions: 1, services: 1, units_services: 1 });
  });

  it('has no connection and no target where none is certain, and has them as examples', () => {
    const { text, targets } = propose(['migrations', 'package']);
    expect(configIn(text)).toMatchObject({ connections: {}, targets: {} });
    expect(targets).toEqual([]);
    const { connections, targets: examples } = configIn(withExamples(text));
    expect(connections.staging_db).toMatchObject({ backend: 'postgresql', password: '${env:STAGING_DB_PASSWORD}' });
    expect(examples).toEqual({
      staging: { kind: 'staging', connection_ref: 'staging_db' },
      production: { kind: 'production', connection_ref: 'production_db' },
    });
  });

  it('names the kind of database that one sign alone speaks of, and all kinds where signs disagree', () => {
    const backendIn = (chosen: string[]) =>
      configIn(withExamples(propose(chosen).text)).connections.staging_db?.backend;
    expect(backendIn(['packageBelow'])).toBe('mysql');
    expect(propose(['packageBelow']).text).not.toContain('The backend is one of');
    expect(propose(['packageBelow', 'functions']).text).toContain('The backend is one of');
  });

  it('connects a local target to the one SQLite file that nothing speaks against', () => {
    const certain = configOf(['migrations', 'sqliteFile']);
    expect(certain.connections).toEqual({ local_db: { backend: 'sqlite', file: 'data/dev.db' } });
    expect(certain.targets).toEqual({ local: { kind: 'local', connection_ref: 'local_db' } });
    expect(configOf(['migrations', 'sqliteFile', 'package']).connections).toEqual({});
    expect(configOf(['migrations', 'sqliteFile', 'environment']).connections).toEqual({});
  });

  it('gives the SQLite file to one of the targets that were asked for, never to production beside a local one', () => {
    const { targets } = configOf(['sqliteFile'], { targets: ['production', 'local'] });
    expect(targets).toEqual({
      production: { kind: 'production' },
      local: { kind: 'local', connection_ref: 'local_db' },
    });
    expect(configOf(['sqliteFile'], { targets: ['production', 'staging'] }).connections).toEqual({});
  });

  it('reaches the database of migrations through the variable with its address, and asks for it', () => {
    const { text, variables } = propose(['migrations', 'deployScript', 'functions', 'environment']);
    const config = configIn(text);
    expect(config.databases).toEqual({
      main: { connection_env: 'DATABASE_URL', migrations: { path: 'migrations', strategy: 'pre_deploy' } },
    });
    expect(ordersOf(config)).toEqual({ functions: 1, deploy_script: 2 });
    const required = Object.fromEntries(config.groups.map(({ name, required_env_vars }) => [name, required_env_vars]));
    expect(required).toEqual({ functions: ['SUPABASE_URL'], deploy_script: ['DATABASE_URL'] });
    expect(variables).toEqual(['DATABASE_URL', 'SUPABASE_URL']);
    expect(configIn(withExamples(text)).connections.staging_db).toMatchObject({
      username: '${env:DB_USER}',
      password: '${env:DB_PASSWORD}',
    });
  });

  it('writes targets that were asked for, with the kind that their ids speak of', () => {
    const targets = ['prod', 'staging-eu', 'dev', 'local', 'demo', 'production-2', 'product'];
    expect(configOf([], { targets }).targets).toEqual({
      prod: { kind: 'production' },
      'staging-eu': { kind: 'staging' },
      dev: { kind: 'development' },
      local: { kind: 'local' },
      demo: {},
      'production-2': { kind: 'production' },
      product: {},
    });
  });

  it('leaves the folder of infrastructure open where there are several', () => {
    expect(configOf(['infra']).infra).toEqual({ engine: 'auto', path: 'infra' });
    const { text } = propose(['infra', 'moreInfra']);
    expect(configIn(text).infra).toBeUndefined();
    expect(configIn(withExamples(text)).infra).toMatchObject({ path: 'infra' });
  });
});
