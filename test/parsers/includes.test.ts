import { describe, expect, it } from 'vitest';
import type { Backend, SplitOptions } from '../../core/index.ts';
import { sqlSyntax } from '../../parsers/index.ts';

const splitWith = (files: Readonly<Record<string, string>>, dialect: Backend = 'postgresql') =>
  sqlSyntax.split(files.main ?? '', dialect, { include: (path) => files[path] });

describe('included files', () => {
  it('give their statements, directives and problems with their name and their own places', () => {
    const files = {
      main: 'SELECT 1;\n\\i one.sql\nSELECT 4;',
      'one.sql': "SELECT 2;\n\\ir 'two x.sql'\n\\echo e\n\\gset\n",
      'two x.sql': '\n  SELECT 3',
    };
    const { statements, directives, problems } = splitWith(files);
    expect(statements.map(({ text, file, start }) => [text, file, start.line, start.column])).toEqual([
      ['SELECT 1', undefined, 1, 1],
      ['SELECT 2', 'one.sql', 1, 1],
      ['SELECT 3', 'two x.sql', 2, 3],
      ['SELECT 4', undefined, 3, 1],
    ]);
    expect(directives).toEqual([
      { type: 'echo', text: 'e', before: 3, position: { line: 3, column: 1 }, file: 'one.sql' },
    ]);
    expect(problems).toMatchObject([{ code: 'SQL_CLIENT_COMMAND', position: { line: 4, column: 1 }, file: 'one.sql' }]);
  });

  it('share variables with the script, in both directions', () => {
    const files = { main: '\\set a 1\n\\i x\nSELECT :b;', x: 'SELECT :a;\\set b 2' };
    expect(splitWith(files)).toMatchObject({ statements: [{ text: 'SELECT 1' }, { text: 'SELECT 2' }], problems: [] });
  });

  it('are read with the delimiter of the script', () => {
    const files = { main: 'DELIMITER //\nsource x\nSELECT 3;', x: 'SELECT 1; SELECT 2//\nDELIMITER ;' };
    expect(splitWith(files, 'mysql').statements.map(({ text }) => text)).toEqual(['SELECT 1; SELECT 2', 'SELECT 3']);
  });

  it('that are not there are a problem where they are named', () => {
    expect(splitWith({ main: 'SELECT 1;\n\\i gone.sql' }).problems).toMatchObject([
      { code: 'SQL_INCLUDE_MISSING', position: { line: 2, column: 1 }, message: expect.stringContaining('gone.sql') },
    ]);
    expect(sqlSyntax.split('\\i x', 'postgresql').problems).toMatchObject([{ code: 'SQL_INCLUDE_MISSING' }]);
  });

  it('that read themselves are a problem where they do', () => {
    const files = { main: '\\i a', a: 'SELECT 1;\n\\i b', b: '\n\\ir a' };
    const { statements, problems } = splitWith(files);
    expect(statements).toHaveLength(1);
    expect(problems).toMatchObject([
      {
        code: 'SQL_CLIENT_COMMAND',
        position: { line: 2, column: 1 },
        file: 'b',
        message: expect.stringContaining('a → b → a'),
      },
    ]);
  });

  it('are told apart by the names that the project gives them', () => {
    const files: Record<string, string> = {
      'sub/x.sql': '\\ir deep/x.sql',
      'sub/deep/x.sql': "SELECT 'deep';\\ir deep/x.sql",
      'sub/deep/deep/x.sql': "SELECT 'deepest'",
    };
    const include: SplitOptions['include'] = (path, { relative, from }) => {
      const file = relative && from !== undefined ? `${from.replace(/[^/]*$/, '')}${path}` : path;
      const text = files[file];
      return text === undefined ? undefined : { text, file };
    };
    const { statements, problems } = sqlSyntax.split('\\i sub/x.sql', 'postgresql', { include });
    expect(problems).toEqual([]);
    expect(statements.map(({ file }) => file)).toEqual(['sub/deep/x.sql', 'sub/deep/deep/x.sql']);
  });

  it('end after 32 levels, and after a thousand files', () => {
    const deep = sqlSyntax.split('\\i 1', 'postgresql', {
      include: (path) => `SELECT ${path};\n\\i ${Number(path) + 1}`,
    });
    expect(deep.statements).toHaveLength(32);
    expect(deep.problems).toMatchObject([{ code: 'SQL_CLIENT_COMMAND', file: '32', position: { line: 2, column: 1 } }]);
    const wide = sqlSyntax.split('\\i 1', 'postgresql', {
      include: (path) => `\\i ${Number(path) + 1}\n\\i ${Number(path) + 1}\n`,
    });
    expect(wide.problems.length).toBeGreaterThan(0);
    expect(wide.problems.length).toBeLessThan(10_000);
  });

  it.each<[Backend, string, string, boolean]>([
    ['postgresql', "\\set d 'a b'\n  \\i :d/c.sql;\n", 'a b/c.sql', false],
    ['postgresql', 'SELECT 1; \\ir ../x.sql', '../x.sql', true],
    ['postgresql', '\n\\include_relative x', 'x', true],
    ['mysql', '\nsource  my file.sql ;\n', 'my file.sql', false],
    ['mysql', 'SELECT 1; \\. x.sql\n', 'x.sql', false],
    ['firebird', "INPUT 'my file.sql';", 'my file.sql', false],
    ['scratchbird', 'in ../a-b.sql;', '../a-b.sql', false],
    ['sqlite', '.read "my file.sql"\n', 'my file.sql', false],
  ])('of %s in %j are listed', (dialect, script, path, relative) => {
    expect(sqlSyntax.includes(script, dialect)).toMatchObject([{ path, relative }]);
    const { statements } = sqlSyntax.split(script, dialect, { include: (asked) => `SELECT '${asked}'` });
    expect(statements.at(-1)).toMatchObject({ text: `SELECT '${path}'`, file: path });
  });

  it('are listed with their places, without those that they read themselves', () => {
    expect(sqlSyntax.includes('\\i a\nSELECT 1;\n  \\ir b\n-- \\i c\n', 'postgresql')).toEqual([
      { path: 'a', relative: false, position: { line: 1, column: 1 } },
      { path: 'b', relative: true, position: { line: 3, column: 3 } },
    ]);
  });
});
