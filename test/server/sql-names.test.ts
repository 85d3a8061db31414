import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionsAt } from '../../server/features/completion.ts';
import { definitionOf } from '../../server/features/navigation.ts';
import { languageProject } from '../support/language-project.ts';

const PLAN = 'deployments/x.srdeploy';
const scripts = {
  'migrations/V1__users.sql': 'CREATE TABLE users (id int, name text, age int);\nCREATE TABLE old (x int);',
  'migrations/V10__last.sql':
    'ALTER TABLE users RENAME COLUMN name TO full_name;\nALTER TABLE orders ADD paid boolean;',
  'migrations/V2__orders.sql':
    'CREATE TABLE orders (id int, user_id int, total numeric);\nCREATE INDEX orders_user ON orders (user_id);\nDROP TABLE old;',
  'migrations/R2__back.sql': 'DROP TABLE orders;',
  'elsewhere/V1__other.sql': 'CREATE TABLE other (a int);',
};

const planWith = (sql: string, script = 'migrations/V2__orders.sql') =>
  `{ "target_env": { "backend": "postgresql" }, "steps": [ { "type": "migration", "script": ${JSON.stringify(script)} }, { "type": "sql_check", "sql": ${sql}`;

/** The project with a plan whose SQL, as it is written in JSON, has a caret at `|`. */
function at(
  marked: string,
  more: { readonly script?: string; readonly files?: Readonly<Record<string, string>> } = {},
) {
  const text = `${planWith(marked, more.script)} } ] }`;
  const project = languageProject({ ...scripts, ...more.files, [PLAN]: text.replace('|', '') });
  const document = project.document(PLAN);
  return { project, document, position: project.text(PLAN).positionAt(text.indexOf('|')) };
}

function completed(marked: string, more = {}) {
  const { project, document, position } = at(marked, more);
  return completionsAt(document, position, project.around).items;
}

const labels = (marked: string, more = {}) => completed(marked, more).map(({ label }) => label);

/** The SQL after an item is taken, as it is written. */
function taken(marked: string, label: string): string {
  const { project, position } = at(marked);
  const text = project.text(PLAN);
  const item = completed(marked).find((one) => one.label === label);
  if (!item?.textEdit || !('range' in item.textEdit)) throw new Error(`${label} is not offered.`);
  const { range, newText } = item.textEdit;
  const all = text.getText();
  const edited = all.slice(0, text.offsetAt(range.start)) + newText + all.slice(text.offsetAt(range.end));
  expect(range.start.line).toBe(position.line);
  return edited.slice(planWith('').length, edited.lastIndexOf(' } ] }'));
}

describe('the completion of names in the SQL of a step', () => {
  it('knows the tables that the migrations of the folder leave, in the order of their versions', () => {
    expect(labels('"SELECT 1 FROM |"')).toEqual(['users', 'orders']);
  });

  it('knows the columns of the tables that the statement names, by alias, and all of them without one', () => {
    expect(labels('"SELECT u.| FROM users u"')).toEqual(['id', 'full_name', 'age']);
    expect(labels('"SELECT 1 FROM orders WHERE |"')).toEqual(['id', 'user_id', 'total', 'paid', 'orders']);
    expect(labels('"SELECT | FROM users u, orders"')).toEqual([
      'u.id',
      'full_name',
      'age',
      'orders.id',
      'user_id',
      'total',
      'paid',
      'u',
      'orders',
    ]);
  });

  it('replaces the name alone, in a string with escapes and in one that is not closed', () => {
    expect(taken('"SELECT \\"x\\" FROM ord|"', 'orders')).toBe('"SELECT \\"x\\" FROM orders"');
    expect(taken('"SELECT\\tu\\u002ea|g FROM users u"', 'age')).toBe('"SELECT\\tu\\u002eage FROM users u"');
    expect(taken('"SELECT 1 FROM us|', 'users')).toBe('"SELECT 1 FROM users');
  });

  it('is also there in the query that verifies a command', () => {
    const written = '"", "verify": { "sql": "SELECT 1 FROM us|" }';
    expect(labels(written)).toContain('users');
    expect(labels('"", "verify": { "expect": "SELECT 1 FROM us|" }')).not.toContain('users');
  });

  it('writes quoted names as JSON does', () => {
    const more = { files: { 'migrations/V3__q.sql': 'CREATE TABLE "Big ""T""" (a int);' } };
    const [item] = completed('"SELECT 1 FROM \\"B|"', more).filter(({ label }) => label.startsWith('"'));
    expect(item?.textEdit?.newText).toBe('\\"Big \\"\\"T\\"\\"\\"'.replaceAll('\\', '\\\\'));
    expect(item?.filterText).toBe('\\"Big \\"\\"T\\"\\"\\"');
  });

  it('reads all of the project where the plan names no script, and none but those named in other folders', () => {
    expect(labels('"SELECT 1 FROM |"', { script: '' })).toContain('other');
    expect(labels('"SELECT 1 FROM |"', { script: 'elsewhere/V1__other.sql' })).toEqual(['other']);
  });

  it('offers nothing where a string, a keyword or an alias is written', () => {
    for (const marked of ['"SELECT \'|\'"', '"SELECT 1 |"', '"SELECT 1 FROM users |"', '"SEL|"'])
      expect(labels(marked)).toEqual([]);
  });

  it('offers checks of what the scripts of the plan make for an empty text', () => {
    const checks = [
      "SELECT 1 FROM pg_indexes WHERE indexname = 'orders_user'",
      "SELECT 1 FROM information_schema.tables WHERE table_name = 'orders'",
    ];
    expect(labels('"|"')).toEqual(checks);
    expect(labels('|')).toEqual(checks);
    expect(completed('|')[0]?.textEdit?.newText).toBe(JSON.stringify(checks[0]));
  });

  it('completes on one line around the caret, wherever it stands in whatever is written', () => {
    const written = fc.stringMatching(/^(?:SELECT |FROM |users|u|\.|,| |\\n|\\u0041|\\"|'|\(|\\|x){0,12}$/);
    fc.assert(
      fc.property(written, written, fc.boolean(), (before, behind, isClosed) => {
        const { project, document, position } = at(`"${before}|${behind}${isClosed ? '"' : ''}`);
        for (const { textEdit } of completionsAt(document, position, project.around).items) {
          if (!textEdit || !('range' in textEdit)) throw new Error('A completion says what it replaces.');
          const { start, end } = textEdit.range;
          expect([start.line, end.line]).toEqual([position.line, position.line]);
          expect(start.character).toBeLessThanOrEqual(position.character);
          expect(end.character).toBeGreaterThanOrEqual(position.character);
        }
        definitionOf(document, position, project.around);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the definition of a name in SQL', () => {
  const place = (marked: string) => {
    const { project, document, position } = at(marked);
    return definitionOf(document, position, project.around).map(({ uri, range }) => {
      const file = uri.replace('file:///shop/', '');
      const line = (scripts[file as keyof typeof scripts] ?? '').split('\n')[range.start.line] ?? '';
      return `${file}:${range.start.line + 1} ${line.slice(range.start.character, range.end.character)}`;
    });
  };

  it('is where a script makes the table', () => {
    expect(place('"SELECT 1 FROM |orders"')).toEqual(['migrations/V2__orders.sql:1 orders']);
    expect(place('"SELECT u.age FROM orders, us|ers u"')).toEqual(['migrations/V1__users.sql:1 users']);
    expect(place('"SELECT |u.age FROM users u"')).toEqual(['migrations/V1__users.sql:1 users']);
  });

  it('is where a script makes the column, under its first or its new name', () => {
    expect(place('"SELECT u.age| FROM users u"')).toEqual(['migrations/V1__users.sql:1 age']);
    expect(place('"SELECT full_|name FROM users u"')).toEqual(['migrations/V10__last.sql:1 full_name']);
    expect(place('"SELECT pa|id FROM users, orders"')).toEqual(['migrations/V10__last.sql:2 paid']);
  });

  it('is nothing for what no script makes', () => {
    expect(place('"SELECT 1 FROM old|"')).toEqual([]);
    expect(place('"SELECT |count(*) FROM orders"')).toEqual([]);
    expect(place('"SELECT \'us|ers\'"')).toEqual([]);
  });
});
