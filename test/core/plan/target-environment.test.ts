import { describe, expect, it } from 'vitest';
import {
  type ConfigVariable,
  checkConfigText,
  knownVariables,
  type TargetLayers,
  targetEnvironment,
  targetId,
  targetVariables,
  type Variables,
} from '../../../core/index.ts';

const none = new Map<string, never>();
const target = targetId('staging');
const layersOf = (layers: Partial<TargetLayers> = {}): TargetLayers => ({
  target,
  secrets: none,
  stored: none,
  envFile: none,
  configured: none,
  declared: none,
  ...layers,
});
const one = (value: string) => new Map([['NAME', value]]);
const variable = (more: Partial<ConfigVariable>): ConfigVariable => ({
  default: undefined,
  description: undefined,
  isSecret: false,
  ...more,
});
const outside = (env: Record<string, string> = {}, secrets: Record<string, string> = {}): Variables => ({
  env: (name) => env[name] || undefined,
  secret: (name) => secrets[name] || undefined,
});
const lookUp = (layers: TargetLayers, variables = outside(), name = 'NAME') =>
  targetEnvironment([{ kind: 'env', name, neededBy: ['group "api"'] }], layers, variables);

describe('the value of a variable on a target', () => {
  const order = ['process', 'secret', 'target', 'env-file', 'config', 'default'] as const;
  type Source = (typeof order)[number];
  const with_ = (sources: readonly Source[], text: (source: Source) => string) => {
    const has = (source: Source) => (sources.includes(source) ? one(text(source)) : none);
    const layers = layersOf({
      secrets: has('secret'),
      stored: has('target'),
      envFile: has('env-file'),
      configured: has('config'),
      declared: sources.includes('default') ? new Map([['NAME', variable({ default: text('default') })]]) : none,
    });
    return lookUp(layers, outside(sources.includes('process') ? { NAME: text('process') } : {}));
  };
  const subsets = Array.from({ length: 2 ** order.length }, (_, bits) => order.filter((_one, i) => bits & (1 << i)));

  it('is that of the strongest source, in every combination of sources', () => {
    expect(subsets).toHaveLength(64);
    for (const sources of subsets) {
      const [strongest] = sources;
      const { variables, problems } = with_(sources, (source) => `from ${source}`);
      expect(variables[0], sources.join()).toMatchObject(
        strongest ? { type: 'found', source: strongest, value: `from ${strongest}` } : { type: 'missing' },
      );
      expect(problems).toHaveLength(strongest ? 0 : 1);
    }
  });

  it('is missing where it is empty, in every combination of sources', () => {
    for (const sources of subsets) expect(with_(sources, () => '').variables[0]?.type).toBe('missing');
  });

  it('is a secret where one is stored, where the config says so and where it refers to one, wherever it comes from', () => {
    const secretOf = (layers: Partial<TargetLayers>, variables = outside()) => {
      const found = lookUp(layersOf(layers), variables);
      return [found.variables[0]?.isSecret, found.secrets];
    };
    expect(secretOf({ stored: one('plain') })).toEqual([false, []]);
    expect(secretOf({ secrets: one('hidden') })).toEqual([true, ['hidden']]);
    expect(secretOf({ secrets: one('hidden') }, outside({ NAME: 'mine' }))).toEqual([true, ['mine']]);
    expect(secretOf({ stored: one('v'), declared: new Map([['NAME', variable({ isSecret: true })]]) })).toEqual([
      true,
      ['v'],
    ]);
    expect(secretOf({ configured: one('${secret:OTHER}') }, outside({}, { OTHER: 'o' }))).toEqual([true, ['o']]);
    expect(secretOf({ configured: one('${env:OTHER}'), secrets: new Map([['OTHER', 'o']]) })).toEqual([true, ['o']]);
  });

  it('is what the config refers to: outside, or stored for the target', () => {
    const foundIn = (layers: Partial<TargetLayers>, variables = outside()) => {
      const found = lookUp(layersOf(layers), variables).variables[0];
      return found?.type === 'found' ? [found.source, found.value] : undefined;
    };
    const [env, secret] = [one('${env:OTHER}'), one('${secret:OTHER}')];
    const other = (value: string) => new Map([['OTHER', value]]);
    expect(foundIn({ configured: env }, outside({ OTHER: 'a' }))).toEqual(['config', 'a']);
    expect(foundIn({ configured: env, stored: other('b') })).toEqual(['config', 'b']);
    expect(foundIn({ configured: env, envFile: other('c') })).toEqual(['config', 'c']);
    expect(foundIn({ configured: env, declared: new Map([['OTHER', variable({ default: 'd' })]]) })).toEqual([
      'config',
      'd',
    ]);
    expect(foundIn({ configured: secret, secrets: other('e') })).toEqual(['config', 'e']);
    expect(foundIn({ configured: secret, secrets: other('e') }, outside({}, { OTHER: 'f' }))).toEqual(['config', 'f']);
    expect(foundIn({ configured: secret, stored: other('plain') })).toBe(undefined);
    expect(foundIn({ configured: one('${env:NAME}') }, outside({ NAME: 'self' }))).toEqual(['process', 'self']);
    expect(foundIn({ configured: one('${env:NAME}') })).toBe(undefined);
  });

  it('does not fall back to the default where the config refers to something that is missing', () => {
    const layers = layersOf({
      configured: one('${secret:OTHER}'),
      declared: new Map([['NAME', variable({ default: 'for developers' })]]),
    });
    expect(lookUp(layers).variables[0]).toMatchObject({ type: 'missing', lacks: { kind: 'secret', name: 'OTHER' } });
  });

  it('is never a method of an object', () => {
    for (const name of ['constructor', 'toString', '__proto__'])
      expect(lookUp(layersOf(), { env: () => undefined, secret: () => undefined }, name).variables[0]?.type).toBe(
        'missing',
      );
  });
});

describe('missing variables', () => {
  it('are told together, each with who needs it, what it is for, and the command that sets it', () => {
    const declared = new Map([
      ['KEY', variable({ isSecret: true, description: 'the key of the service' })],
      ['OPTIONAL', variable({})],
    ]);
    const layers = layersOf({ declared, configured: new Map([['URL', '${secret:STAGING_URL}']]) });
    const wanted = [
      { kind: 'env', name: 'HOST', neededBy: ['group "api"', 'group "web"'] },
      { kind: 'env', name: 'KEY', neededBy: ['group "api"'] },
      { kind: 'env', name: 'URL', neededBy: ['database "shop"'] },
      { kind: 'secret', name: 'DB', neededBy: ['connection "db"'] },
      { kind: 'env', name: 'OPTIONAL', neededBy: [] },
    ] as const;
    const { problems } = targetEnvironment(wanted, layers, outside());
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['MISSING_VARIABLE']));
    expect(problems.map(({ message }) => message)).toEqual([
      'The group "api" and the group "web" need the environment variable HOST, which is not set or empty. Set it with: srdeploy env set HOST --target staging',
      'The group "api" needs the environment variable KEY (the key of the service), which is not set or empty. Set it with: srdeploy env set KEY --target staging --secret',
      'The database "shop" needs the environment variable URL: there it is the value of the secret STAGING_URL, which is not set or empty. Set it with: srdeploy env set STAGING_URL --target staging --secret',
      'The connection "db" needs the secret DB, which is not set or empty. Set it with: srdeploy env set DB --target staging --secret',
    ]);
  });
});

describe('the variables of a target', () => {
  it('are seen through the port by whatever refers to them', () => {
    const layers = layersOf({ stored: one('stored'), secrets: new Map([['PASSWORD', 'hidden']]) });
    const variables = targetVariables(layers, outside({ HOME: '/home' }, { TOKEN: 'handed over' }));
    expect(['NAME', 'PASSWORD', 'HOME', 'OTHER'].map(variables.env)).toEqual(['stored', 'hidden', '/home', undefined]);
    expect(['NAME', 'PASSWORD', 'TOKEN'].map(variables.secret)).toEqual([undefined, 'hidden', 'handed over']);
  });

  it('are known from what needs them, then from every layer by name, each once', () => {
    const text = JSON.stringify({
      connections: {
        db: {
          backend: 'postgresql',
          host: 'h',
          database: 'd',
          username: '${env:DB_USER}',
          password: '${secret:DB_PASSWORD}',
        },
      },
      targets: { staging: { connection_ref: 'db', environment: { CONFIGURED: 'c' } } },
      groups: [
        { name: 'api', order: 1, file_patterns: ['a/*'], deploy_command: 'true', required_env_vars: ['Z', 'DB_USER'] },
        { name: 'web', order: 2, file_patterns: ['b/*'], deploy_command: 'true', required_env_vars: ['Z', 'Y'] },
      ],
      environment: { DECLARED: 'd' },
    });
    const { config, problems } = checkConfigText('deploy-config.json', text);
    expect(problems).toEqual([]);
    const layers = layersOf({
      secrets: new Map([
        ['DB_PASSWORD', 'p'],
        ['STORED_SECRET', 's'],
      ]),
      stored: new Map([['A', 'a']]),
      configured: new Map([['CONFIGURED', 'c']]),
      declared: config?.environment ?? none,
    });
    const shown = (groups?: readonly string[]) =>
      knownVariables(config, layers, groups).map(({ kind, name, neededBy }) => `${kind}:${name} ${neededBy.join('+')}`);
    const others = ['env:A ', 'env:CONFIGURED ', 'env:DECLARED ', 'env:STORED_SECRET '];
    expect(shown()).toEqual([
      'env:Z group "api"+group "web"',
      'env:DB_USER group "api"+connection "db"',
      'env:Y group "web"',
      'secret:DB_PASSWORD connection "db"',
      ...others,
    ]);
    expect(shown(['web'])).toEqual([
      'env:Z group "web"',
      'env:Y group "web"',
      'env:DB_USER connection "db"',
      'secret:DB_PASSWORD connection "db"',
      ...others,
    ]);
  });
});
