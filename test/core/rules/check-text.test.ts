import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyFix,
  checkConfigText,
  checkPlanText,
  createLineIndex,
  type Facts,
  findProblems,
  noFacts,
  planPartsOf,
  planProblems,
  type Range,
  readSource,
} from '../../../core/index.ts';
import { exampleScripts, exampleText, mistakes, specExampleText } from '../../fixtures/plans/mistakes.ts';

const file = 'deployments/example.srdeploy';
const facts: Facts = {
  scriptAt: (path) => (exampleScripts.includes(path) ? 'present' : 'missing'),
  scripts: () => exampleScripts,
};

describe('the verdict on a plan document', () => {
  it('finds a rollback whose name belongs to another migration', () => {
    const text = exampleText.replace('R0002__rollback.sql', 'R0003__rollback.sql');
    const found = (scripts: string) =>
      checkPlanText(file, text.replace('R0003__rollback.sql', scripts), noFacts).problems;
    expect(found('R0003__rollback.sql').map(({ code, severity }) => [code, severity])).toEqual([['P004', 'warning']]);
    expect(found('R0003__rollback.sql')[0]?.message).toContain('has version 0003 and its script 0002');
    for (const good of ['R2__rollback.sql', 'U0002__rollback.sql', '0002_orders.down.sql', 'undo_orders.sql'])
      expect(found(good)).toEqual([]);
  });

  const migrations = (...scripts: readonly string[]) => {
    const steps = scripts.map((script, i) => ({ id: `s${i}`, name: 'A', type: 'migration', script }));
    return JSON.stringify({ ...JSON.parse(exampleText), steps }, undefined, 2);
  };
  const knowing = (scripts: readonly string[]) => ({ scriptAt: () => 'present' as const, scripts: () => scripts });
  const found = (text: string, scripts: readonly string[] = []) =>
    checkPlanText(file, text, knowing(scripts)).problems.map(({ code, range }) => [code, range?.start.line]);

  it('has one information for the example of the specification: its catalogue belongs to another database', () => {
    const { problems } = checkPlanText(file, specExampleText, knowing([]));
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['P024', 'information']]);
    expect(problems[0]?.message).toContain('sys.indexes is no catalogue of ');
  });

  it.each([
    ['sqlite', 'SELECT 1 FROM sqlite_master', []],
    ['sqlite', 'SELECT 1 FROM pg_indexes', ['P024']],
    ['sqlite', 'SELECT 1 FROM information_schema.tables', ['P024']],
    ['postgresql', 'SELECT 1 FROM information_schema.tables, pg_class', []],
    ['postgresql', 'SELECT 1 FROM RDB$RELATIONS', ['P024']],
    ['mysql', "SELECT 'pg_class' FROM mysql.user -- sqlite_master", []],
    ['firebird', 'SELECT 1 FROM RDB$RELATIONS', []],
    ['scratchbird', 'SELECT 1 FROM sys.indexes', ['P024']],
    ['scratchbird', 'SELECT 1 FROM pg_indexes', []],
  ])('on %s finds of %s: %j', (backend, sql, codes) => {
    const example = JSON.parse(exampleText);
    const plan = {
      ...example,
      target_env: { ...example.target_env, backend },
      steps: [{ id: 'a', name: 'A', type: 'sql_check', sql, expect: 'empty' }],
    };
    expect(found(JSON.stringify(plan)).map(([code]) => code)).toEqual(codes);
  });

  it.each([
    [{ max: 3, backoff_sec: 10 }, 69, ['P010']],
    [{ max: 3, backoff_sec: 10 }, 70, []],
    [{ max: 4, backoff_sec: 200 }, 1099, ['P010']],
    [{ max: 4, backoff_sec: 200 }, 1100, []],
    [{ max: 1_000_000_000, backoff_sec: 0.001 }, 2_000_000, ['P010']],
    [{ max: 1_000_000_000 }, 1, []],
    [{ max: 9, backoff_sec: 9 }, undefined, []],
  ])('of %j and a timeout of %s s finds %j: waits double up to 300 s', (retry, timeout_sec, codes) => {
    const step = { id: 'a', name: 'A', type: 'pause', message: 'Look', retry, timeout_sec };
    const text = JSON.stringify({ ...JSON.parse(exampleText), steps: [step] });
    expect(found(text).map(([code]) => code)).toEqual(codes);
  });

  it('finds a connection that the deploy config does not have, and names the nearest; is silent where it cannot know', () => {
    const own = JSON.parse(exampleText).target_env.connection_ref;
    const withConnections = (connections: readonly string[] | undefined) =>
      checkPlanText(file, exampleText, { ...facts, connections: () => connections }).problems;
    expect(withConnections(undefined)).toEqual([]);
    expect(withConnections(['x', own])).toEqual([]);
    const [problem, ...others] = withConnections(['x', `${own}s`]);
    expect([problem?.code, problem?.severity, others.length]).toEqual(['P008', 'warning', 0]);
    expect(problem?.fixes).toMatchObject([{ edits: [{ text: `"${own}s"` }] }]);
    expect(withConnections(['x'])[0]?.message).toContain('Known: x.');
    expect(withConnections([])).toEqual([]);
  });

  it('finds a plan id that another plan has, and shows where', () => {
    const range = createLineIndex('abc').range(0, 3);
    const place = (other: string) => ({ file: other, range });
    const asked: string[] = [];
    const problems = checkPlanText(file, exampleText, {
      ...facts,
      plansWithId(id) {
        asked.push(id);
        return [place(file), place('deployments/copy.srdeploy')];
      },
    }).problems;
    expect(asked).toEqual([JSON.parse(exampleText).plan_id]);
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['P014', 'warning']]);
    expect(problems[0]?.related).toMatchObject([{ file: 'deployments/copy.srdeploy', range }]);
    expect(checkPlanText(file, exampleText, { ...facts, plansWithId: () => [place(file)] }).problems).toEqual([]);
  });

  it('finds migrations of one folder that stand against the order of their versions', () => {
    const { problems } = checkPlanText(
      file,
      migrations('m/V1.sql', 'm/V10__b.sql', 'm/V9__c.sql', 'm/V2__d.sql'),
      knowing([]),
    );
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['P005', 'warning'],
      ['P005', 'warning'],
    ]);
    expect(problems[0]?.message).toContain('Version 9 comes behind version 10');
    expect(problems[0]?.related).toHaveLength(1);
    for (const good of [
      ['m/V1__a.sql', 'm/V01__b.sql', 'm/V2__c.sql'],
      ['m/V2__a.sql', 'other/V1__b.sql'],
      ['m/V2__a.sql', 'm/R__views.sql', 'm/views.sql'],
    ])
      expect(found(migrations(...good))).toEqual([]);
    expect(found(migrations('m/V1__a.sql', 'm/V2__b.sql', 'm/V1__a.sql')).map(([code]) => code)).toEqual(['P006']);
    const misspelt = {
      scriptAt: (path: string) => (path === 'm/V22__b.sql' ? 'missing' : 'present') as 'missing',
      scripts: () => [],
    };
    const others = checkPlanText(file, migrations('m/V1__a.sql', 'm/V22__b.sql', 'm/V3__c.sql'), misspelt).problems;
    expect(others.map(({ code }) => code)).toEqual(['P002']);
    const waiting = JSON.parse(migrations('m/V2__b.sql', 'm/V1__a.sql'));
    waiting.version = '1.1';
    waiting.steps[0].depends_on = ['s1'];
    waiting.steps[1].depends_on = [];
    expect(found(JSON.stringify(waiting))).toEqual([]);
  });

  it('hints at the rollback that belongs to a script and is not named, and names it', () => {
    const there = ['m/R0002__back.sql', 'm/deep/R1__x.sql', 'm/V1__a.sql'];
    const text = migrations('m/V1__a.sql', 'm/V2__b.sql');
    const { problems } = checkPlanText(file, text, knowing(there));
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['P003', 'hint']]);
    expect(problems[0]?.fixes).toMatchObject([{ edits: [{ text: ', "rollback": "m/R0002__back.sql"' }] }]);
    expect(found(text, [...there, 'm/U2__too.sql'])).toEqual([]);
    expect(found(text, [...there, 'm/V2__b.sql', 'm/V02__twin.sql'])).toEqual([]);
    expect(found(text.replaceAll('"script"', '"rollback": "none", "script"'), there)).toEqual([]);
  });

  it('finds a script that two steps apply, and names the first of them', () => {
    const step = { id: 'a', name: 'A', type: 'migration', script: 'migrations/V0002__add_orders.sql', timeout_sec: 1 };
    const plan = { ...JSON.parse(exampleText), steps: [step, { ...step, id: 'b' }] };
    const { problems: all } = checkPlanText(file, JSON.stringify(plan, undefined, 2), facts);
    const problems = all.filter(({ code }) => code !== 'P003');
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['P006', 'warning']]);
    expect(problems[0]?.related.map(({ message }) => message)).toEqual(['It is applied here first.']);
  });

  it('has nothing to say about the specification’s example', () => {
    const { document, problems } = checkPlanText(file, exampleText, facts);
    expect(problems).toEqual([]);
    expect(document?.steps.map(({ type }) => type)).toEqual(['migration', 'sql_check']);
  });

  it('says nothing about scripts that it cannot know of', () => {
    expect(checkPlanText(file, exampleText, noFacts).problems).toEqual([]);
  });

  it.each(mistakes)('finds $name and nothing else', (mistake) => {
    const { problems } = checkPlanText(file, mistake.text, facts);
    expect(problems.map(({ code, message }) => ({ code, message }))).toEqual([
      { code: mistake.code, message: mistake.message },
    ]);
    expect(problems[0]?.range).toEqual({
      start: { line: mistake.line, column: mistake.column },
      end: { line: mistake.endLine, column: mistake.endColumn },
    });
    expect(problems[0]?.file).toBe(file);
  });

  it.each(mistakes.filter(({ fix }) => fix))('offers a fix for $name that leaves nothing to say', ({ text, fix }) => {
    const [problem] = checkPlanText(file, text, facts).problems;
    const offered = problem?.fixes.find(({ title }) => title === fix);
    expect(problem?.fixes.map(({ title }) => title)).toEqual([fix]);
    expect(offered && checkPlanText(file, applyFix(text, offered), facts).problems).toEqual([]);
  });

  it('is the same where the document itself is not wanted', () => {
    for (const { text } of mistakes)
      expect(planProblems(readSource(file, text, 'json'), facts)).toEqual(checkPlanText(file, text, facts).problems);
  });

  it('offers no fix where the table names none', () => {
    const surprising = mistakes
      .filter(({ fix }) => fix === undefined)
      .filter(({ text }) => checkPlanText(file, text, facts).problems[0]?.fixes.length);
    expect(surprising.map(({ name }) => name)).toEqual([]);
  });

  it('reports several mistakes together, in the order of the text', () => {
    const text = exampleText
      .replace('"7d4f3c1e', '"x')
      .replace('"script"', '"scirpt"')
      .replace('"non_empty"', '"maybe"')
      .replace('R0002__rollback', 'R0009');
    const { document, problems } = checkPlanText(file, text, facts);
    expect(problems.map(({ code, range }) => [code, range?.start.line])).toEqual([
      ['P015', 3],
      ['SCHEMA_UNKNOWN_KEY', 23],
      ['P002', 24],
      ['SCHEMA_VALUE', 33],
    ]);
    expect(document).toBeUndefined();
  });

  it('links a duplicate to the place that has the id first', () => {
    const { problems } = checkPlanText(file, exampleText.replace('"step_2"', '"step_1"'), facts);
    expect(problems[0]?.related).toEqual([
      {
        file,
        range: { start: { line: 20, column: 13 }, end: { line: 20, column: 21 } },
        message: '"step_1" stands here first.',
      },
    ]);
  });

  it('reads a text with a byte order mark and Windows line ends at the same positions', () => {
    const text = `\ufeff${exampleText.replace('"step_2"', '"step_1"').replaceAll('\n', '\r\n')}`;
    const { problems } = checkPlanText(file, text, facts);
    expect(problems.map(({ code, range }) => [code, range?.start])).toEqual([['P001', { line: 29, column: 13 }]]);
  });

  it('counts columns in UTF-16 code units', () => {
    const text = exampleText.replace('{"id": "check_disk"', '{"type": "disk_space", "🙂": 1, "id": "check_disk"');
    const { problems } = checkPlanText(file, text.replace(', "type": "disk_space", "min_gb"', ', "min_gb"'), facts);
    expect(problems.map(({ code, range }) => [code, range])).toEqual([
      ['SCHEMA_UNKNOWN_KEY', { start: { line: 16, column: 28 }, end: { line: 16, column: 32 } }],
    ]);
  });

  it('takes a script behind a symbolic link that leaves the project for one outside', () => {
    const { problems } = checkPlanText(file, exampleText, {
      scriptAt: (path) => (path.includes('V0002') ? 'outside' : 'present'),
      scripts: () => [],
    });
    expect(problems.map(({ code, range }) => [code, range?.start.line])).toEqual([['P016', 23]]);
  });

  it('goes on with the other rules when one throws, and says which', () => {
    const plan = planPartsOf(readSource(file, exampleText.replace('"step_2"', '"step_1"'), 'json'));
    const broken: Facts = {
      scriptAt: () => {
        throw new Error('no disk');
      },
      scripts: () => [],
    };
    const found = findProblems(plan, broken);
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([
      ['P001', 'error'],
      ['RULE_FAILED', 'warning'],
      ['RULE_FAILED', 'warning'],
      ['RULE_FAILED', 'warning'],
    ]);
    expect(found[1]?.message).toBe('Rule P002 failed and has judged nothing: no disk');
  });

  it('keeps a key named __proto__ apart from the object’s own prototype', () => {
    const text = exampleText.replace('"created_by": "alice",', '"created_by": "alice", "__proto__": {"x": 1},');
    expect(checkPlanText(file, text, facts).problems.map(({ code }) => code)).toEqual(['SCHEMA_UNKNOWN_KEY']);
  });

  it('tells twenty thousand unknown keys without ever looking through all of them for each', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `"k${index}": 1`).join(',\n');
    const { problems } = checkPlanText(file, `{${keys}}`, noFacts);
    expect(problems.filter(({ code }) => code === 'SCHEMA_UNKNOWN_KEY')).toHaveLength(20_000);
  }, 20_000);

  it('never throws and never points outside the text, whatever is cut, doubled or put in', () => {
    const pieces = fc.constantFrom(
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\',
      '\n',
      '\r',
      ' ',
      "'",
      '/*',
      '//',
      '0',
      'x',
      '\u0000',
      '🙂',
    );
    const edit = fc.record({
      from: fc.nat(exampleText.length),
      length: fc.nat(40),
      insert: fc.oneof(pieces, fc.string({ maxLength: 4 })),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce(
          (before, { from, length, insert }) => before.slice(0, from) + insert + before.slice(from + length),
          exampleText,
        );
        const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
        for (const { range, fixes } of checkPlanText(file, text, facts).problems) {
          for (const one of [range, ...fixes.flatMap((fix) => fix.edits.map((each) => each.range))]) {
            expect(one && isInside(one, lines)).toBe(true);
          }
        }
        checkConfigText('deploy-config.json', text);
      }),
      { numRuns: 600 },
    );
  });
});

function isInside({ start, end }: Range, lines: readonly string[]): boolean {
  const inside = ({ line, column }: Range['start']) =>
    line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 2;
  return (
    inside(start) && inside(end) && (start.line < end.line || (start.line === end.line && start.column <= end.column))
  );
}

describe('a line index', () => {
  it('is its own inverse at every offset of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '🙂', ' ') }), (text) => {
        const lines = createLineIndex(text);
        for (let offset = 0; offset <= text.length; offset++) {
          expect(lines.offsetAt(lines.positionAt(offset))).toBe(offset);
        }
      }),
    );
  });
});
