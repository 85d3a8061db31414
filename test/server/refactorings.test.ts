import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeAction, CreateFile, TextDocumentEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readSource } from '../../core/index.ts';
import { diagnosticsOf } from '../../server/features/diagnostics.ts';
import { documentFeatures as features } from '../../server/language-features.ts';
import { languageProject } from '../support/language-project.ts';

const file = 'deployments/a.srdeploy';

const planOf = (steps: string) => `{
  "version": "1.1",
  "plan_id": "7d4f3c1e-2b5a-4c8d-9e6f-0a1b2c3d4e5f",
  "name": "A",
  "target_env": { "id": "staging", "name": "Staging", "backend": "sqlite", "connection_ref": "c" },
  "created_at": "2026-02-05T12:00:00Z",
  "created_by": "alice",
  "approval_required": false,
  "steps": ${steps}
}
`;

const projectOf = (text: string) => languageProject({ [file]: text, 'migrations/V0001__a.sql': 'SELECT 1;' });

/** What is offered where `at` stands for the last time, only of a kind where one is given. */
function offeredAt(text: string, at: string, only?: string): readonly CodeAction[] {
  const project = projectOf(text);
  const start = project.text(file).positionAt(text.lastIndexOf(at));
  return features
    .codeAction(
      project.document(file),
      {
        textDocument: { uri: project.uri(file) },
        range: { start, end: start },
        context: { diagnostics: [], ...(only !== undefined && { only: [only] }) },
      },
      project.around,
    )
    .filter(({ kind }) => kind?.startsWith('refactor'));
}

/** The plan once an action is applied. */
function applied(text: string, action: CodeAction | undefined): string {
  const change = action?.edit?.documentChanges?.at(-1) as TextDocumentEdit;
  return TextDocument.applyEdits(projectOf(text).text(file), change.edits as never);
}

function done(text: string, at: string, title: string): string {
  const action = offeredAt(text, at).find((one) => one.title === title);
  expect(action, `${title} is offered`).toBeDefined();
  return applied(text, action);
}

const titlesAt = (text: string, at: string) => offeredAt(text, at).map(({ title }) => title);
const codesOf = (text: string) =>
  diagnosticsOf(projectOf(text).document(file), () => {}).map(({ code, message }) => `${code} ${message}`);

const two = planOf(`[
    // Looks before.
    { "id": "a", "type": "pause", "message": "Look" }, // a person
    /* Writes. */
    { "id": "b", "type": "backup", "target": "backups" } // a file
  ]`);

describe('moving a step', () => {
  it('takes the comments above it and behind it along, and leaves the comma', () => {
    const moved = done(two, '"id": "b"', 'Move step up');
    expect(moved).toBe(
      planOf(`[
    /* Writes. */
    { "id": "b", "type": "backup", "target": "backups" }, // a file
    // Looks before.
    { "id": "a", "type": "pause", "message": "Look" } // a person
  ]`),
    );
    expect(done(moved, '"id": "b"', 'Move step down')).toBe(two);
  });

  it('leaves the end of a line that steps share where it is', () => {
    const shared = planOf('[{ "id": "a", "type": "x" }, { "id": "b", "type": "y" } // both\n  ]');
    expect(done(shared, '"id": "a"', 'Move step down')).toBe(
      planOf('[{ "id": "b", "type": "y" }, { "id": "a", "type": "x" } // both\n  ]'),
    );
  });

  it('is offered at both ends in one direction only, and for checks of a list of their own', () => {
    expect(titlesAt(two, '"id": "a"').filter((title) => title.startsWith('Move'))).toEqual(['Move step down']);
    expect(titlesAt(two, '"id": "b"').filter((title) => title.startsWith('Move'))).toEqual(['Move step up']);
    const checks = two.replace(
      '"steps"',
      '"pre_checks": [{ "id": "c", "type": "connection" }, { "id": "d", "type": "migration_history" }],\n  "steps"',
    );
    expect(titlesAt(checks, '"id": "d"').filter((title) => title.startsWith('Move'))).toEqual(['Move check up']);
  });

  it('is not offered where a step would come before one that it depends on, nor where steps would wait for one another', () => {
    const dependent = two.replace('"target": "backups"', '"target": "backups", "depends_on": ["a"]');
    expect(titlesAt(dependent, '"id": "b"')).not.toContain('Move step up');
    expect(titlesAt(dependent, '"id": "a"')).not.toContain('Move step down');
    // "c" waits for "b"; behind it, "b" would wait for "c".
    const waiting = planOf(`[
    { "id": "a", "type": "pause", "message": "Look", "depends_on": ["c"] },
    { "id": "b", "type": "pause", "message": "Look", "depends_on": [] },
    { "id": "c", "type": "pause", "message": "Look" }
  ]`);
    expect(titlesAt(waiting, '"id": "b"')).not.toContain('Move step up');
  });

  it('is not offered in a text that does not parse', () => {
    expect(titlesAt(two.replace('"id": "a",', '"id": "a"'), '"id": "b"')).toEqual([]);
  });
});

describe('converting a step', () => {
  const check = planOf(`[
    {
      "id": "step_1",
      "name": "Look", // a name
      "type": "sql_check",
      // What is asked.
      "sql": "SELECT 1",
      "expect": "empty",
      "timeout_sec": 5,
      "depends_on": []
    }
  ]`);

  it('keeps what both kinds have, and puts what is needed in the place of what is not known', () => {
    expect(done(check, '"sql"', 'Convert to "migration"')).toBe(
      check
        .replace('"sql_check"', '"migration"')
        .replace('"sql": "SELECT 1",\n      "expect": "empty",', '"script": "",'),
    );
    const paused = planOf('[{ "id": "a", "type": "pause", "message": "Look" }]');
    expect(done(paused, '"id": "a"', 'Convert to "sql_check"')).toBe(
      planOf('[{ "id": "a", "type": "sql_check", "sql": "", "expect": "" }]'),
    );
  });

  it('leaves places that validation names, and nothing else', () => {
    const bare = check.replace(' // a name', '').replace('      // What is asked.\n', '');
    expect(codesOf(bare)).toEqual([]);
    for (const [kind, key] of [
      ['migration', 'script'],
      ['backup', 'target'],
      ['pause', 'message'],
      ['command', 'command'],
    ] as const) {
      const problems = codesOf(done(bare, '"sql"', `Convert to "${kind}"`)).filter((one) => !/^P0/.test(one));
      expect(problems, kind).toHaveLength(1);
      expect(problems[0]).toMatch(/^SCHEMA/);
      expect(problems[0]).toContain(key);
    }
  });

  it('offers the other kinds, of a check those of checks', () => {
    expect(titlesAt(check, '"sql"').filter((title) => title.startsWith('Convert'))).toEqual([
      'Convert to "migration"',
      'Convert to "backup"',
      'Convert to "pause"',
      'Convert to "command"',
    ]);
    const checks = check.replace('"steps"', '"pre_checks": [{ "id": "c", "type": "connection" }],\n  "steps"');
    expect(done(checks, '"id": "c"', 'Convert to "disk_space"')).toContain(
      '[{ "id": "c", "type": "disk_space", "min_gb": "" }]',
    );
  });
});

describe('extracting SQL', () => {
  const changing = planOf(`[
    { "id": "m", "type": "migration", "script": "migrations/V0001__a.sql", "rollback": "none" },
    { "id": "s", "name": "Fill \\"names\\"", "type": "sql_check", "sql": "UPDATE a\\n  SET b = 'x\\ty'", "expect": "empty" }
  ]`);

  it('moves what a check cannot run into the next migration, unescaped, and the step becomes one', () => {
    const [action] = offeredAt(changing, '"id": "s"', 'refactor.extract');
    expect(action?.title).toBe('Extract SQL to migrations/V0002__fill_names.sql');
    const [create, written] = (action?.edit?.documentChanges ?? []) as [CreateFile, TextDocumentEdit];
    expect(create).toEqual({
      kind: 'create',
      uri: 'file:///shop/migrations/V0002__fill_names.sql',
      options: { overwrite: false, ignoreIfExists: false },
    });
    expect(written.textDocument.uri).toBe(create.uri);
    expect(written.edits).toMatchObject([{ newText: "UPDATE a\n  SET b = 'x\ty';\n" }]);
    expect(applied(changing, action)).toContain(
      '{ "id": "s", "name": "Fill \\"names\\"", "type": "migration", "script": "migrations/V0002__fill_names.sql" }',
    );
  });

  it.each(['SELECT 1', "-- insert\nWITH a AS (SELECT 'delete') SELECT * FROM a", "SELECT replace(a, 'x', 'y') FROM b"])(
    'leaves a query where it is: %s',
    (sql) => {
      const asking = changing.replace(/"sql": "[^"]*"/, () => `"sql": ${JSON.stringify(sql)}`);
      expect(offeredAt(asking, '"id": "s"', 'refactor.extract')).toEqual([]);
    },
  );
});

describe('whatever the plan', () => {
  const space = fc.constantFrom('', ' ', '\n    ', '\n\n  ');
  const comment = fc.constantFrom('', '\n// above\n', '\n  /* above */ ');
  const behind = fc.constantFrom('', ' // behind\n', ' /* behind */\n', '\n');
  const step = fc.record({
    before: fc.tuple(comment, space),
    body: fc.constantFrom(
      '"type": "pause", "message": "Look"',
      '"type": "sql_check",\n "sql": "SELECT 1", // asks\n "expect": "empty", "timeout_sec": 5',
      '"type": "command", "command": ["a"], "grace_sec": 1, "verify": ["b"],\n      "env": { "A": "b" }',
      '"type": "migration",\n      "script": "migrations/V0001__a.sql",\n      "rollback": "none" // no way back\n',
    ),
    behind,
  });
  const plans = fc.array(step, { minLength: 2, maxLength: 5 }).map((steps) => {
    const last = steps.length - 1;
    const written = steps.map(
      ({ before, body, behind }, i) => `${before.join('')}{ "id": "s${i}", ${body} }${i < last ? ',' : ''}${behind}`,
    );
    return { text: planOf(`[${written.join('')}]`), bodies: steps.map(({ body }, i) => `{ "id": "s${i}", ${body} }`) };
  });
  const parses = (text: string) => expect(readSource('', text, 'jsonc').problems, text).toEqual([]);

  it('a move leaves a plan that parses with every step as it was, and the way back is the same text', () => {
    fc.assert(
      fc.property(plans, fc.nat(3), ({ text, bodies }, nth) => {
        const at = `"id": "s${nth % (bodies.length - 1)}"`;
        const moved = done(text, at, 'Move step down');
        parses(moved);
        for (const body of bodies) expect(moved).toContain(body);
        expect([...moved].sort()).toEqual([...text].sort());
        expect(done(moved, at, 'Move step up')).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('a conversion leaves a plan that parses, and everything around the step byte for byte', () => {
    fc.assert(
      fc.property(plans, fc.nat(4), fc.nat(4), ({ text, bodies }, nth, choice) => {
        const body = bodies[nth % bodies.length] ?? '';
        const actions = offeredAt(text, body, 'refactor.rewrite');
        const converted = applied(text, actions[choice % actions.length]);
        parses(converted);
        const [before = '', after = ''] = text.split(body);
        expect(converted.startsWith(before)).toBe(true);
        expect(converted.endsWith(after)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
