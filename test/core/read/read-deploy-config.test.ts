import { describe, expect, it } from 'vitest';
import { applyFix, checkConfigText, readDeployConfig, targetId } from '../../../core/index.ts';

const good = `// How the shop is reached.
{
  "project": "shop",
  "connections": {
    "local": { "backend": "sqlite", "file": "data/shop.db" },
    "conn_staging": {
      "backend": "pg",
      "host": "127.0.0.1",
      "database": "shop",
      "username": "deployer",
      "password": "\${env:SHOP_PASSWORD}",
    },
  },
  "targets": {
    "staging": { "kind": "staging", "connection_ref": "conn_staging" },
    "prod-eu": { "name": "Production", "connection_ref": "conn_staging", "min_approvals": 2, "self_approval": false },
  },
  "groups": [],
}
`;

const mistakes = [
  {
    name: 'a password in clear, without repeating it',
    before: '${env:SHOP_PASSWORD}',
    after: 'hunter2!',
    code: 'SCHEMA_LITERAL_PASSWORD',
    at: [11, 19],
    message:
      '"password" must be exactly one reference, because a password must not stand in a file: write ${env:NAME} for an environment variable or ${secret:NAME} for the secret store.',
  },
  {
    name: 'a password with a reference in the middle',
    before: '${env:SHOP_PASSWORD}',
    after: 'x${env:SHOP_PASSWORD}',
    code: 'SCHEMA_LITERAL_PASSWORD',
    at: [11, 19],
    message: undefined,
  },
  {
    name: 'an unknown backend',
    before: '"pg"',
    after: '"postgress"',
    code: 'SCHEMA_VALUE',
    at: [7, 18],
    message:
      'Unknown backend "postgress". Did you mean "postgres"? Known: sqlite, postgresql, postgres, pg, mysql, mariadb, firebird, fb, scratchbird, network, native.',
  },
  {
    name: 'a protocol beside a backend that has its own',
    before: '"pg",',
    after: '"pg", "protocol": "mysql",',
    code: 'SCHEMA_UNKNOWN_KEY',
    at: [7, 24],
    message: 'Unknown key "protocol". It belongs to "scratchbird". Remove it.',
  },
  {
    name: 'a protocol that ScratchBird does not emulate',
    before: '"pg",',
    after: '"scratchbird", "protocol": "oracle",',
    code: 'SCHEMA_VALUE',
    at: [7, 45],
    message: undefined,
  },
  {
    name: 'a server without a host',
    before: '      "host": "127.0.0.1",\n',
    after: '',
    code: 'SCHEMA_MISSING',
    at: [6, 5],
    message: 'Server connection "conn_staging" has no "host". Add it, for example "host": "db.example.org".',
  },
  {
    name: 'a server that is written like a file',
    before: '"backend": "sqlite"',
    after: '"backend": "mysql"',
    code: 'SCHEMA_VALUE',
    at: [5, 27],
    message: 'The backend is "mysql", but the keys are those of "sqlite". Change the backend, or the keys.',
  },
  {
    name: 'a port that is none',
    before: '"host"',
    after: '"port": 70000,\n"host"',
    code: 'SCHEMA_VALUE',
    at: [8, 15],
    message: '"port" must be at most 65535.',
  },
  {
    name: 'a reference where none is possible',
    before: '127.0.0.1',
    after: '${env:HOST}',
    code: 'SCHEMA_VALUE',
    at: [8, 15],
    message: '"host" must be plain text; references such as ${env:NAME} are possible in username and password only.',
  },
  {
    name: 'a target id that cannot be one',
    before: '"staging": {',
    after: '"Staging": {',
    code: 'SCHEMA_NAME',
    at: [15, 5],
    message:
      'The name "Staging" must be 2 to 32 characters: a lower-case letter, then lower-case letters, digits or hyphens.',
  },
  {
    name: 'a misspelt key of a target',
    before: '"kind"',
    after: '"kinds"',
    code: 'SCHEMA_UNKNOWN_KEY',
    at: [15, 18],
    message: 'Unknown key "kinds". Did you mean "kind"?',
  },
  {
    name: 'a missing comma',
    before: '"shop",\n  "connections"',
    after: '"shop"\n  "connections"',
    code: 'JSON_SYNTAX',
    at: [3, 19],
    message: 'A comma is missing after this. Add ",".',
  },
];

describe('reading a deploy config', () => {
  it('takes comments, trailing commas and sections that are not ours, and fills in what is left out', () => {
    const { config, problems } = readDeployConfig('deploy-config.json', good);
    expect(problems).toEqual([]);
    expect(config?.project).toBe('shop');
    expect(config?.connections.get('local')?.value).toEqual({ ref: 'local', backend: 'sqlite', file: 'data/shop.db' });
    expect(config?.connections.get('conn_staging')?.value).toEqual({
      ref: 'conn_staging',
      backend: 'postgresql',
      host: '127.0.0.1',
      port: 5432,
      database: 'shop',
      username: 'deployer',
      password: '${env:SHOP_PASSWORD}',
      sslMode: 'prefer',
      sslRootCert: undefined,
    });
    expect(config?.targets.get(targetId('staging'))?.value).toMatchObject({
      id: 'staging',
      name: 'staging',
      kind: 'staging',
      minApprovals: 1,
      selfApproval: true,
    });
    expect(config?.targets.get(targetId('prod-eu'))?.value).toMatchObject({
      name: 'Production',
      kind: undefined,
      minApprovals: 2,
      selfApproval: false,
    });
  });

  it('takes an empty object for a config without connections', () => {
    const { config, problems } = readDeployConfig('deploy-config.json', '{}');
    expect(problems).toEqual([]);
    expect(config?.connections.size).toBe(0);
  });

  it.each([
    ['mysql', 3306],
    ['mariadb', 3306],
    ['firebird', 3050],
    ['scratchbird', 3092],
  ])('knows the usual port of %s', (backend, port) => {
    const { config } = readDeployConfig('deploy-config.json', good.replace('"pg"', `"${backend}"`));
    expect(config?.connections.get('conn_staging')?.value).toMatchObject({ port });
  });

  it('reads how a ScratchBird server is reached', () => {
    const { config } = readDeployConfig('deploy-config.json', good.replace('"pg"', '"native", "protocol": "firebird"'));
    const connection = config?.connections.get('conn_staging')?.value;
    expect(connection).toMatchObject({ backend: 'scratchbird', protocol: 'firebird' });
    const other = readDeployConfig('deploy-config.json', good).config?.connections.get('conn_staging')?.value;
    expect(other).not.toHaveProperty('protocol');
  });

  it.each(mistakes)('finds $name and nothing else', ({ before, after, code, at: [line, column], message }) => {
    expect(good.split(before)).toHaveLength(2);
    const { config, problems } = checkConfigText(
      'deploy-config.json',
      good.replace(before, () => after),
    );
    expect(problems.map((problem) => [problem.code, problem.range?.start])).toEqual([[code, { line, column }]]);
    if (message !== undefined) expect(problems[0]?.message).toBe(message);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
    expect(config).toBeUndefined();
  });

  it('adds what is missing behind the last key, laid out like it', () => {
    const text = '{\n  "groups": [\n    {\n      "deploy_command": "x"\n    }\n  ]\n}\n';
    const fix = checkConfigText('deploy-config.json', text).problems[0]?.fixes[0];
    expect(fix && applyFix(text, fix)).toBe(
      '{\n  "groups": [\n    {\n      "deploy_command": "x",\n      "name": "migrations"\n    }\n  ]\n}\n',
    );
  });
});
