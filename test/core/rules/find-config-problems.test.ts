import { describe, expect, it } from 'vitest';
import { checkConfigText, noFacts } from '../../../core/index.ts';

const problemsOf = (config: object | string) =>
  checkConfigText('deploy-config.json', typeof config === 'string' ? config : JSON.stringify(config, undefined, 2))
    .problems;
const codes = (config: object | string) => problemsOf(config).map(({ code }) => code);
const groups = (...some: object[]) => ({ groups: some });

describe('the rules of deploy configs', () => {
  it('find nothing in a config without mistakes', () => {
    expect(
      codes({
        targets: { dev: { kind: 'development' } },
        groups: [
          { name: 'tables', file_patterns: ['migrations/*.sql'] },
          {
            name: 'fn',
            depends_on: ['tables'],
            file_patterns: ['fn/{fn_name}/x.ts'],
            deploy_command: 'up "{fn_name}"',
          },
        ],
        health_check: { url: 'https://x.example.org', body: { matches: '^ok' } },
      }),
    ).toEqual([]);
  });

  it.each([
    'PGPASSWORD=$DB_PASSWORD psql -v ON_ERROR_STOP=1 -f x.sql',
    'PGPASSWORD="${DB_PASSWORD}" migrate',
    'TOKEN=$(cat /run/token) deploy',
    'deploy --token "$TOKEN" --password-stdin',
    'TOKEN_TTL=3600 MAX_TOKEN=4000 deploy',
    'migrate postgres://app:$PASSWORD@db/app',
    'migrate postgres://app@db/app',
    'curl https://example.org:8443/a@b',
  ])('take %s for a command without a password in it', (command) => {
    expect(codes(groups({ name: 'a', deploy_command: command }))).not.toContain('C009');
  });

  it.each<[string, object, string, string]>([
    [
      'two groups of one name',
      groups({ name: 'a', deploy_command: 'x' }, { name: 'a', deploy_command: 'x' }),
      'C001',
      'another group "a"',
    ],
    ['a group with nothing in it', groups({ name: 'a' }), 'C006', 'neither commands nor files'],
    [
      'a password in a command',
      groups({ name: 'a', deploy_command: 'PGPASSWORD=hunter2 psql -v ON_ERROR_STOP=1 -f x.sql' }),
      'C009',
      'in clear',
    ],
    ['a token as an option', groups({ name: 'a', deploy_command: 'deploy --token abc123def' }), 'C009', 'in clear'],
    [
      'a password in an address',
      groups({ name: 'a', pre_deploy: ['migrate postgres://app:hunter2@db/app'], deploy_command: 'x' }),
      'C009',
      'env set NAME --secret',
    ],
    ['files with which nothing is done', groups({ name: 'a', file_patterns: ['*.ts'] }), 'C006', 'Nothing is done'],
    [
      'a group to depend on that is not there',
      groups({ name: 'tables', deploy_command: 'x' }, { name: 'b', deploy_command: 'x', depends_on: ['table'] }),
      'C011',
      'Did you mean "tables"?',
    ],
    [
      'a circle',
      groups(
        { name: 'a', deploy_command: 'x', depends_on: ['b'] },
        { name: 'b', deploy_command: 'x', depends_on: ['a'] },
      ),
      'C012',
      'a → b → a',
    ],
    [
      'a circle by the orders',
      groups(
        { name: 'a', order: 1, deploy_command: 'x', depends_on: ['b'] },
        { name: 'b', order: 2, deploy_command: 'x' },
      ),
      'C012',
      'wait for one another',
    ],
    [
      'a misspelt placeholder',
      groups({ name: 'a', file_patterns: ['*'], deploy_command: 'x {fille}' }),
      'C013',
      'Did you mean {file}?',
    ],
    ['a placeholder in a hook', groups({ name: 'a', pre_deploy: ['x {file}'] }), 'C013', 'Only a "deploy_command"'],
    [
      'a placeholder in a substitution',
      groups({ name: 'a', file_patterns: ['*'], deploy_command: 'x $(cat {file})' }),
      'C013',
      '$(',
    ],
    ['a placeholder without files', groups({ name: 'a', deploy_command: 'x {file}' }), 'C013', 'no "file_patterns"'],
    ['psql that goes on', groups({ name: 'a', deploy_command: 'psql -f x.sql' }), 'C014', 'ON_ERROR_STOP'],
    ['a bad expression', { health_check: { url: 'http://x', body: { matches: '(' } } }, 'C015', 'regular expression'],
    [
      'a pattern that leads out',
      groups({ name: 'a', file_patterns: ['../*.sql'] }),
      'C016',
      'leads out of the project',
    ],
  ])('find %s, with its place', (_what, config, code, words) => {
    const found = problemsOf(config);
    expect(found.map((one) => one.code)).toEqual([code]);
    expect(found[0]?.message).toContain(words);
    expect(found[0]?.range).toBeDefined();
  });

  it('report ten mistakes as ten, each with its place', () => {
    const found = problemsOf({
      unknown_section: {},
      connections: { db: { backend: 'oracle', host: 'x', database: 'y' } },
      targets: { Prod: {}, dev: { connection_ref: 'dbb' } },
      groups: [
        { name: 'a', order: 'one', deploy_command: 'x' },
        { name: 'b', deploy_command: 'x', depends_on: ['c'] },
        { name: 'b', file_patterns: ['../x'], deploy_command: 'echo {nope}' },
      ],
      health_check: { url: 'http://x', timeout_seconds: -1 },
    });
    expect(found.map(({ code }) => code).sort()).toEqual(
      [
        'C001',
        'C011',
        'C013',
        'C016',
        'SCHEMA_NAME',
        'SCHEMA_TYPE',
        'SCHEMA_UNKNOWN_KEY',
        'SCHEMA_VALUE',
        'SCHEMA_VALUE',
        'UNKNOWN_CONNECTION',
      ].sort(),
    );
    expect(found.every(({ range }) => range !== undefined)).toBe(true);
  });

  it('find a variable that nothing declares, once in a group, and offer to add it to those that are required', () => {
    const group = { name: 'a', deploy_command: 'up $HOST_A "${HOST_A}" $HOST_B', required_env_vars: ['HOST_C'] };
    const found = problemsOf(groups(group));
    expect(found.map(({ code, message }) => [code, /^\$\w+/.exec(message)?.[0]])).toEqual([
      ['C005', '$HOST_A'],
      ['C005', '$HOST_B'],
    ]);
    expect(found[0]?.fixes).toMatchObject([{ edits: [{ text: ', "HOST_A"' }] }]);
    expect(codes({ environment: { HOST_A: 'x', HOST_B: 'y' }, ...groups(group) })).toEqual([]);
    expect(codes({ targets: { dev: { environment: { HOST_A: 'x', HOST_B: 'y' } } }, ...groups(group) })).toEqual([]);
  });

  it.each([
    "echo '$QUOTED' \\$ESCAPED # $COMMENT",
    'echo $HOME $PATH $SRDEPLOY_TARGET $lower $1 $?',
    'FILE=x; echo $FILE',
    'for FILE in *; do echo $FILE; done',
    'echo ${PORT:-80}',
    'read -r LINE; echo $LINE',
    'echo "$(awk \'{print $NF}\' f)"',
    "cat <<'EOF'\n$NOT_READ\nEOF",
    '. ./.env && up $TOKEN_X',
    ': "${REG:=eu}"; up $REG',
    'while getopts a: o; do echo $OPTARG $REPLY $LINENO; done',
  ])('take %s for a command whose variables are declared', (command) => {
    expect(codes(groups({ name: 'a', deploy_command: command }))).toEqual([]);
  });

  it.each(['PGPASSWORD=$PGPASSWORD psql', 'docker run -e KEY_A="$KEY_A" x', 'export KEY_A=${KEY_A}; up'])(
    'find the variable of %s, which is handed on and not set',
    (command) => {
      const found = problemsOf(groups({ name: 'a', deploy_command: command, required_env_vars: [] }));
      const own = found.find(({ code }) => code === 'C005');
      expect(own?.fixes[0]?.edits[0]?.text).toMatch(/^"(?:PGPASSWORD|KEY_A)"$/);
    },
  );

  it('take the variable that a database is reached by for one that is declared', () => {
    const databases = { main: { connection_env: 'SHOP_DB', migrations: { path: 'm' } } };
    expect(codes({ databases, ...groups({ name: 'a', deploy_command: 'up $SHOP_DB' }) })).toEqual([]);
  });

  it('find a SQL file that two groups deploy to one database, and show the other pattern', () => {
    const scripts = ['m/V1__a.sql', 'm/V2__b.sql', 'n/V1__c.sql'];
    const facts = { ...noFacts, scripts: () => scripts };
    const found = (...some: object[]) =>
      checkConfigText('deploy-config.json', JSON.stringify(groups(...some), undefined, 2), facts).problems;
    const first = { name: 'tables', file_patterns: ['m/*.sql'] };
    const second = { name: 'all', file_patterns: ['n/*.sql', '**/V*.sql'] };
    const [problem, ...others] = found(first, second);
    expect([problem?.code, problem?.severity, others.length]).toEqual(['C004', 'warning', 0]);
    expect(problem?.message).toContain('The group "tables" has m/V1__a.sql and 1 more too');
    expect(problem?.related.map(({ range }) => range.start.line)).toEqual([6]);
    expect(found(first, { ...second, file_patterns: ['n/*.sql', '{m,n}/*.sql'] })).toEqual([]);
    expect(found(first, { name: 'lint', file_patterns: ['m/*.sql'], test_command: 'lint' })).toEqual([]);
    const elsewhere = { ...second, connection_ref: 'other' };
    expect(found(first, elsewhere).map(({ code }) => code)).toEqual(['UNKNOWN_CONNECTION']);
    expect(codes(groups(first, second))).toEqual([]);
  });

  it('hint at a placeholder without quotes, and put them there', () => {
    const group = { name: 'a', file_patterns: ['f/*.x'], deploy_command: 'up {file} --name={name}' };
    const text = JSON.stringify(groups(group), undefined, 2);
    const [hint, ...others] = problemsOf(text);
    expect([hint?.code, hint?.severity, others.length]).toEqual(['C010', 'hint', 0]);
    const [edit] = hint?.fixes[0]?.edits ?? [];
    const line = text.split('\n')[(edit?.range.start.line ?? 1) - 1] ?? '';
    const mended =
      line.slice(0, (edit?.range.start.column ?? 1) - 1) + edit?.text + line.slice((edit?.range.end.column ?? 1) - 1);
    expect(mended.trim()).toBe('"deploy_command": "up \\"{file}\\" --name={name}"');
    expect(codes(groups({ ...group, deploy_command: 'up "{file}" "--name={name}"' }))).toEqual([]);
    expect(codes(groups({ ...group, deploy_command: ['up', '{file}'] }))).toEqual([]);
  });
});
