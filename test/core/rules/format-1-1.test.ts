import { describe, expect, it } from 'vitest';
import { applyFix, checkPlanText, noFacts, type PlanDocument, type Problem } from '../../../core/index.ts';
import { planDocument } from '../../support/srdeploy.ts';

const file = 'deployments/p.srdeploy';
const text = (fields: object, version = '1.1') => JSON.stringify(planDocument({ version, ...fields }), undefined, 2);
const check = (fields: object, version?: string) => checkPlanText(file, text(fields, version), noFacts);
const problemsOf = (fields: object, version?: string) =>
  check(fields, version).problems.map(({ code, message }) => `${code} ${message}`);

const command = (more: object = {}) => ({ id: 'warm', type: 'command', command: ['./warm.sh', '--all'], ...more });
const query = (expect: unknown) => ({ id: 'q', type: 'sql_check', sql: 'SELECT 1', expect });
const pause = (id: string, more: object = {}) => ({ id, type: 'pause', message: id, ...more });

function stepsOf({ document }: { document: PlanDocument | undefined }) {
  if (!document) throw new Error('The document was not read.');
  return document.steps;
}

describe('version 1.1 of the format', () => {
  it('has commands, as a list or for the shell, with all that belongs to them', () => {
    const full = command({
      working_directory: 'services/cache',
      env: { TOKEN: '${secret:CACHE_TOKEN}', REGION: 'eu', EMPTY: '' },
      verify: 'test -f done',
      grace_sec: 30,
      inactivity_sec: 60,
      timeout_sec: 300,
      retry: { max: 1 },
    });
    const checked = check({
      steps: [full, command({ id: 'two', command: 'make > log', verify: { sql: 'SELECT 1', expect: 'non_empty' } })],
    });
    expect(checked.problems).toEqual([]);
    expect(stepsOf(checked)).toMatchObject([
      {
        type: 'command',
        command: { type: 'argv', argv: ['./warm.sh', '--all'] },
        folder: { value: 'services/cache' },
        env: { TOKEN: '${secret:CACHE_TOKEN}', REGION: 'eu', EMPTY: '' },
        verify: { type: 'command', command: { type: 'shell', text: 'test -f done' } },
        graceSec: 30,
        inactivitySec: 60,
      },
      { command: { type: 'shell', text: 'make > log' }, verify: { type: 'sql', sql: 'SELECT 1', expect: 'non_empty' } },
    ]);
  });

  it.each([
    ['equals', { equals: 0 }],
    ['equals of nothing', { equals: null }],
    ['rows', { rows: { min: 1, max: 3 } }],
    ['matches', { matches: '^16\\.' }],
  ])('has results that are expected by %s', (_, expected) => {
    const checked = check({ steps: [query(expected)] });
    expect(checked.problems).toEqual([]);
    expect(stepsOf(checked)[0]).toMatchObject({ expect: expected });
  });

  it('has a path for the disk space, and dependencies', () => {
    const checked = check({
      pre_checks: [{ id: 'd', type: 'disk_space', min_gb: 1, path: '/var/lib' }],
      steps: [pause('a'), pause('b', { depends_on: ['a'] }), pause('c', { depends_on: [] })],
    });
    expect(checked.problems).toEqual([]);
    expect(checked.document?.preChecks[0]).toMatchObject({ path: '/var/lib' });
    expect(stepsOf(checked).map(({ dependsOn }) => dependsOn?.map(({ value }) => value))).toEqual([
      undefined,
      ['a'],
      [],
    ]);
  });

  it.each([
    ['The step type "command"', { steps: [command()] }],
    ['An object as "expect"', { steps: [query({ equals: 1 })] }],
    ['"depends_on"', { steps: [pause('a'), pause('b', { depends_on: ['a'] })] }],
    ['"path"', { pre_checks: [{ id: 'd', type: 'disk_space', min_gb: 1, path: 'x' }], steps: [pause('a')] }],
  ])('is needed for what it has brought: %s', (what, fields) => {
    const found = check(fields, '1.0').problems;
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      ['P019', `${what} belongs to version 1.1 of the format, and this document says 1.0. Set "version" to "1.1".`],
    ]);
    const [fix] = (found[0] as Problem).fixes;
    expect(fix?.title).toBe('Set "version" to "1.1"');
    const mended = applyFix(text(fields, '1.0'), fix as NonNullable<typeof fix>);
    expect(checkPlanText(file, mended, noFacts).problems).toEqual([]);
  });

  it.each([
    ['a word that is none', query('some'), '"expect" cannot be "some". Possible: "non_empty", "empty".'],
    ['a number', query(3), '"expect" must be text in double quotes or an object, { … }, not a number.'],
    ['nothing', query({}), '"expect" must have at least 1 of "equals", "rows", "matches".'],
    ['two at once', query({ equals: 1, matches: '1' }), '"expect" must have at most 1 of "equals", "rows", "matches".'],
    [
      'an unknown key',
      query({ eq: 1 }),
      'Unknown key "eq". Remove it. Keys that could stand here: equals, rows, matches.',
    ],
    ['no bounds', query({ rows: {} }), '"rows" must have at least 1 of "min", "max".'],
    ['no words', command({ command: [] }), '"command" must hold at least 1. Add one.'],
    ['no text', command({ command: ' ' }), '"command" must not be empty.'],
    [
      'an object',
      command({ command: {} }),
      '"command" must be a list, [ … ] or text in double quotes, not an object, { … }.',
    ],
    [
      'half a verification',
      command({ verify: { sql: 'SELECT 1' } }),
      'Verify has no "expect". Add it, for example "expect": "non_empty".',
    ],
    [
      'half a reference',
      command({ env: { A: 'x${env:B}' } }),
      '"A" must be plain text, or exactly one reference: ${env:NAME} or ${secret:NAME}.',
    ],
    [
      'a name of the engine',
      command({ env: { SRDEPLOY_RUN_ID: 'x' } }),
      'The name "SRDEPLOY_RUN_ID" must be a letter or _, then letters, digits or _, and must not begin with SRDEPLOY_.',
    ],
  ])('says what is wrong with %s', (_, step, message) => {
    expect(check({ steps: [step] }).problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('names the step that was meant, and says that checks are waited for anyhow', () => {
    expect(
      problemsOf({
        steps: [
          pause('step_one'),
          pause('b', { depends_on: ['step_onne'] }),
          pause('c', { depends_on: ['check_connection'] }),
        ],
      }),
    ).toEqual([
      'P020 There is no step "step_onne" to depend on. Did you mean "step_one"?',
      'P020 "check_connection" is a check. Checks before the steps are waited for anyhow, and checks after them wait for the steps. Remove it.',
    ]);
  });

  it('shows a cycle with its path, and which edge nobody wrote', () => {
    expect(
      problemsOf({
        steps: [
          pause('a', { depends_on: ['c'] }),
          pause('b', { depends_on: ['a'] }),
          pause('c', { depends_on: ['b'] }),
        ],
      }),
    ).toEqual(['P021 These steps wait for one another: a → c → b → a. Remove one of the edges.']);
    expect(problemsOf({ steps: [pause('a', { depends_on: ['b'] }), pause('b')] })).toEqual([
      'P021 These steps wait for one another: a → b → a. Remove one of the edges. "b" has no "depends_on" and so waits for the step before it; "depends_on": [] waits for no step.',
    ]);
    expect(problemsOf({ steps: [pause('a', { depends_on: ['a'] })] })[0]).toMatch(/^P021 .*a → a/);
  });

  it('warns of psql that goes on after errors, where it cannot be mended', () => {
    const found = (line: unknown) => problemsOf({ steps: [command({ command: line })] }).map((one) => one.slice(0, 4));
    expect(found('psql -f x.sql')).toEqual(['P022']);
    expect(found('cd x && /usr/bin/psql -c "$SQL" | tee log')).toEqual(['P022']);
    expect(found(['sh', '-c', 'psql -f x.sql'])).toEqual(['P022']);
    expect(found('psql -v ON_ERROR_STOP=1 -f x.sql')).toEqual([]);
    expect(found(['psql', '-f', 'x.sql'])).toEqual([]);
    expect(found('echo mypsqlish psql-tools')).toEqual([]);
    expect(check({ steps: [command({ command: 'psql -f x' })] }).problems[0]?.severity).toBe('warning');
  });

  it('knows a pattern that is none, and a folder that leaves the project', () => {
    expect(problemsOf({ steps: [query({ matches: '(' })] })[0]).toMatch(/^P023 "matches" is no regular expression: /);
    expect(problemsOf({ steps: [command({ working_directory: '../x' })] })).toEqual([
      'P016 The working_directory path "../x" leads out of the project. Move the file into the project, or correct the path.',
    ]);
  });
});
