import { describe, expect, it } from 'vitest';
import { fileValues, globOf, isCaptured, isFilePlaceholder } from '../../../core/index.ts';

describe('the values for a file', () => {
  it.each([
    ['migrations/V1__a.sql', '.', 'migrations/V1__a.sql', 'V1__a', 'migrations'],
    ['woofs.service', '.', 'woofs.service', 'woofs', '.'],
    ['a/b/c.tar.gz', 'a', 'b/c.tar.gz', 'c.tar', 'b'],
    ['a/b/c.sql', './a/b/', 'c.sql', 'c', '.'],
    ['a/b/c.sql', 'a/x/y', '../../b/c.sql', 'c', '../../b'],
    ['c.sql', 'a', '../c.sql', 'c', '..'],
    ['a/b', 'a/b', '../b', 'b', '..'],
    ['ab/c', 'a', '../ab/c', 'c', '../ab'],
    ['a/.env', '.', 'a/.env', '.env', 'a'],
    ['a/.env.local', '.', 'a/.env.local', '.env', 'a'],
    ['a/..x', '.', 'a/..x', '..x', 'a'],
    ['Makefile', '.', 'Makefile', 'Makefile', '.'],
    ['x.', '.', 'x.', 'x', '.'],
    ['-a/-b c\n.sql', '.', '-a/-b c\n.sql', '-b c\n', '-a'],
  ])('%j from %j', (path, folder, file, name, dir) =>
    expect(fileValues(path, '**', folder, [])).toEqual({ file, name, dir }),
  );

  it.each([
    ['what the single * matched', '*.service', 'woofs.service', 'woofs'],
    ['a folder', 'supabase/functions/*/index.ts', 'supabase/functions/hello/index.ts', 'hello'],
    ['a part of a segment', 'services/svc-*.d/main.ts', 'services/svc-api.v1.d/main.ts', 'api.v1'],
    ['a folder before **', 'functions/*/**', 'functions/hello/src/x.ts', 'hello'],
    ['a folder behind **', '**/functions/*/index.ts', 'a/b/functions/hello/index.ts', 'hello'],
    ['a file behind **', 'src/**/*.ts', 'src/a/app.ts', 'app'],
    ['a segment beside other wildcards', './f?/[a-c]*.{ts,js}', 'f1/bob.js', 'ob'],
    ['a segment with signs', 'a (1)+$/[[]*', 'a (1)+$/[x.y', 'x.y'],
    ['a segment with a line end', 'f/*/x', 'f/a\nb/x', 'a\nb'],
    ['a segment with signs in sets', '[!\\^a-]*[]x]', 'q.y]', '.y'],
    ['a segment with an escaped *', 'f/\\**', 'f/*x', 'x'],
    ['the name where there is no *', 'a/b.sql', 'a/b.sql', 'b'],
    ['the name where there are two', '*/x/*.sql', 'q/x/b.c.sql', 'b.c'],
    ['the name where ** is on both sides', '**/*/**', 'a/b/c.ts', 'c'],
    ['the name where * matched nothing', 'b*.sql', 'b.sql', 'b'],
    ['the name where a set is none', '[z-a]*[]', 'b.sql', 'b'],
    ['the name where the syntax is another', 'a/@(b|*).sql', 'a/b.sql', 'b'],
  ])('have for what ends in _name %s', (_what, pattern, path, value) => {
    const names = ['function_name', 'file', 'service_name', 'unknown'];
    expect(fileValues(path, pattern, '.', names)).toMatchObject({ function_name: value, service_name: value });
    expect(fileValues(path, pattern, '.', names)).not.toHaveProperty('unknown');
  });

  it.each([
    ['functions/{function_name}/index.ts', 'functions/hello/index.ts', { function_name: 'hello', x_name: 'index' }],
    ['{app_name}/{function_name}.ts', 'shop/pay.ts', { app_name: 'shop', function_name: 'pay', x_name: 'pay' }],
    ['{app_name}/*.ts', 'shop/pay.d.ts', { app_name: 'shop', x_name: 'pay.d' }],
    ['a/fn-{function_name}.{ts,js}', 'a/fn-x-y.js', { function_name: 'x-y' }],
    ['**/{app_name}/x', 'a/b/c/x', { app_name: 'c' }],
    ['{to_string_name}', '__proto__', { to_string_name: '__proto__' }],
  ])('are taken by name from %s', (pattern, path, values) =>
    expect(fileValues(path, pattern, '.', Object.keys(values))).toMatchObject(values),
  );
});

it('placeholders of files are {file}, {name}, {dir} and what ends in _name', () => {
  expect(['file', 'name', 'dir', 'function_name', 'x_name'].map(isFilePlaceholder)).not.toContain(false);
  expect(['files', 'filename', '_name', 'x_name_', 'target', ''].map(isFilePlaceholder)).not.toContain(true);
});

describe('a file is no function', () => {
  it.each([
    ['functions/*/index.ts', 'functions/_shared/index.ts'],
    ['functions/{function_name}/index.ts', 'functions/_shared/index.ts'],
    ['functions/{function_name}/index.ts', 'functions/.cache/index.ts'],
    ['{function_name}.ts', '_draft.ts'],
    ['*.service', '_old.service'],
  ])('where what %s captures begins with _ or ., as in %s', (pattern, path) =>
    expect(isCaptured(path, pattern)).toBe(false),
  );

  it.each([
    ['functions/*/index.ts', 'functions/a_b/index.ts'],
    ['functions/*/_index.ts', 'functions/a/_index.ts'],
    ['_functions/*/index.ts', '_functions/a/index.ts'],
    ['functions/_*/index.ts', 'functions/_shared/index.ts'],
    ['.github/*.yml', '.github/x.yml'],
    ['*/*.ts', '_a/_b.ts'],
    ['_x.sql', '_x.sql'],
  ])('elsewhere it is one: %s, %s', (pattern, path) => expect(isCaptured(path, pattern)).toBe(true));
});

it('a pattern is looked for with * for what it captures by name', () => {
  expect(globOf('functions/{function_name}/{a_name}-x.{ts,js}')).toBe('functions/*/*-x.{ts,js}');
  expect(globOf('{version}/${x_name}/*.ts')).toBe('{version}/${x_name}/*.ts');
});
