import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigProject, configProject, statusesOf } from '../support/config-project.ts';
import { markedProcesses, onlyRun } from '../support/kill-run.ts';
import { startSrdeploy } from '../support/srdeploy.ts';

let project: ConfigProject;
afterEach(() => project.remove());

// Of every kind that a shell, a screen or a file system could trip over; at most 255 bytes.
const names = [
  ...Array.from('*?~&'),
  ...'it\'s|a b|a"b|$(touch inj)|`touch inj`|x;touch inj|[a]|{name}|a\\b|$HOME|#c|%s|"$1"| x |日本語'.split('|'),
  ...['new\nline', 'tab\ta', 'cr\rx', '\u001b[31mred', '\u202egpj', 'e\u0301', 'ü'.repeat(127), 'n'.repeat(250)],
];

/** What gives `value` to a program in every way: in quotes of each kind, within a word, and without a shell. */
const commands = (value: string): readonly (string | readonly string[])[] => [
  `printf '%s\\0' ${value} "${value}" '${value}' -${value}- >> out`,
  ['sh', '-c', 'printf "%s\\0" "$1" >> out', 'sh', value],
];

describe('a value with hostile text', () => {
  const places = [
    ['{file}', 'f/*/x.ts', (name: string) => `f/${name}/x.ts`],
    ['{dir}', 'f/*/x.ts', (name: string) => `f/${name}`],
    ['{name}', 'f/*.ts', (name: string) => name],
    ['{fn_name}', 'f/*/x.ts', (name: string) => name],
    ['{fn_name}', 'f/{fn_name}/x.ts', (name: string) => name],
  ] as const;

  it.each(places)(
    'arrives as it is and runs nothing: %s of %s',
    async (placeholder, pattern, expected) => {
      const paths = names.map((name) => [name, pattern.replace(/\*|\{fn_name\}/, () => name)] as const);
      const given = paths.filter(([, path]) => path.split('/').every((part) => Buffer.byteLength(part) <= 255));
      const groups = commands(placeholder).map((command, i) => ({
        name: `g${i}`,
        file_patterns: [pattern],
        deploy_command: command,
      }));
      project = await configProject({ groups }, Object.fromEntries(given.map(([, path]) => [path, ''])));
      const { code, json } = await project.run();
      expect(code, JSON.stringify(json.error)).toBe(0);
      const values = given.map(([name]) => expected(name));
      const wanted = values.flatMap((value) => [value, value, value, `-${value}-`, value]);
      expect((await project.read('out')).split('\0').slice(0, -1).sort()).toEqual(wanted.sort());
      await expect(project.read('inj')).rejects.toThrow('ENOENT');
    },
    120_000,
  );
});

describe('a config that was written in a hurry', () => {
  it('may begin with a byte order mark and have comments, trailing commas and CRLF', async () => {
    project = await configProject(
      '\ufeff{\r\n // who\r\n "targets": { "dev": {}, },\r\n "groups": [ { "name": "a", "deploy_command": "touch ran\\r", }, ],\r\n}\r\n',
    );
    expect((await project.run()).code).toBe(0);
  });

  it.each([
    ['nothing', '', 'JSON_SYNTAX'],
    ['a list', '[1]', 'SCHEMA_TYPE'],
    ['a key twice', '{"groups":[],"groups":[]}', 'JSON_DUPLICATE_KEY'],
    ['brackets without end', `{"groups":${'['.repeat(1_000_000)}`, 'JSON_TOO_DEEP'],
    [
      'a time that no clock counts',
      '{"targets":{"dev":{}},"groups":[{"name":"a","deploy_command":"x","timeout_sec":1e300}]}',
      'SCHEMA_VALUE',
    ],
    [
      'a group that waits for itself',
      '{"targets":{"dev":{}},"groups":[{"name":"a","deploy_command":"x","depends_on":["a"]}]}',
      'C012',
    ],
    [
      'a pattern that leads out',
      '{"targets":{"dev":{}},"groups":[{"name":"a","deploy_command":"x","file_patterns":["../*"]}]}',
      'C016',
    ],
  ])('is refused at its place: %s', async (_what, text, code) => {
    project = await configProject(text);
    const ended = await project.tell(['run', '--target', 'dev']);
    expect(ended.code).toBe(7);
    expect(ended.stderr).toMatch(new RegExp(`^deploy-config\\.json:\\d+:\\d+: error ${code} `, 'm'));
  });

  it('may have a command that is longer than the system takes, which is told by its step', async () => {
    project = await configProject({ groups: [{ name: 'a', deploy_command: `: '${'x'.repeat(200_000)}'` }] });
    const { code, json } = await project.run();
    expect([code, json.error?.code]).toEqual([8, 'COMMAND_NOT_STARTED']);
  });
});

describe('a command that behaves badly', () => {
  it('reads an input that is at its end, and leaves nothing in the background', async () => {
    project = await configProject({
      groups: [
        {
          name: 'a',
          pre_deploy: ['cat; read x; setsid sleep 600 & sleep 601 >/dev/null 2>&1 & echo begun'],
          deploy_command: 'touch ran',
        },
      ],
    });
    const { code, json } = await project.run();
    expect([code, statusesOf(json)]).toEqual([0, { 'a:pre_deploy:1': 'succeeded', 'a:deploy': 'succeeded' }]);
    expect(markedProcesses(onlyRun(project.folder))).toEqual([]);
  });

  it.each([
    ['hook', { pre_deploy: ['trap "" INT TERM; echo begun; sleep 600'] }],
    ['build', { build_command: 'echo begun; sleep 600' }],
    ['hook behind', { post_deploy: ['echo begun; sleep 600'] }],
  ])(
    'is ended by Ctrl-C in each phase, and the run can be resumed: %s',
    async (_phase, commands) => {
      project = await configProject({ groups: [{ name: 'a', deploy_command: 'true', ...commands }] });
      const started = startSrdeploy(['run', '--target', 'dev'], { cwd: project.folder });
      await started.printed('› begun');
      started.child.kill('SIGINT');
      const ended = await started.ended;
      expect([ended.code, ended.stdout]).toEqual([9, expect.stringContaining('Resume with: srdeploy resume')]);
      expect(markedProcesses(onlyRun(project.folder))).toEqual([]);
    },
    60_000,
  );
});
