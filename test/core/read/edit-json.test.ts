import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editJson, type JsonEdit, jsonValueOf, readSource } from '../../../core/index.ts';

const set = (path: readonly string[], value: unknown): JsonEdit => ({ type: 'set', path, value });
const remove = (...path: readonly string[]): JsonEdit => ({ type: 'remove', path });
const valueIn = (text: string): unknown => {
  const { root, problems } = readSource('', text, 'jsonc');
  expect(problems).toEqual([]);
  return root && jsonValueOf(root);
};

const config = `// The shop.
{
  "project": "shop", // never change it
  /* Where it runs. */
  "targets": {
    // Ours.
    "local": { "kind": "local" }, // no password
    "staging": {
      "kind": "staging",
      "host": "a.example.org" // behind the proxy
    } // the last one
    // "more": {}
  },
  "connections": {}
}
`;

describe('editing a text that is JSON with comments', () => {
  it('adds a member behind the last one and leaves every comment with what it is about', () => {
    const added = editJson(config, [set(['targets', 'live'], { kind: 'production', variables: { schema: 'shop' } })]);
    expect(added).toBe(
      config.replace(
        '    } // the last one\n',
        '    }, // the last one\n    "live": {\n      "kind": "production",\n      "variables": {\n        "schema": "shop"\n      }\n    }\n',
      ),
    );
  });

  it('puts the comma before a comment that goes to the end of the line', () => {
    expect(editJson(config, [set(['targets', 'staging', 'region'], 'eu')])).toBe(
      config.replace(
        '"a.example.org" // behind the proxy\n',
        '"a.example.org", // behind the proxy\n      "region": "eu"\n',
      ),
    );
  });

  it('writes a member of an object on one line there', () => {
    expect(editJson(config, [set(['targets', 'local', 'variables', 'schema'], 'x')])).toBe(
      config.replace('{ "kind": "local" }', '{ "kind": "local", "variables": { "schema": "x" } }'),
    );
  });

  it('changes a value in its place, and nothing where it is what it should be', () => {
    expect(editJson(config, [set(['targets', 'staging', 'host'], 'b')])).toBe(config.replace('a.example.org', 'b'));
    expect(editJson(config, [set(['targets', 'local'], { kind: 'local' }), remove('targets', 'none')])).toBe(config);
  });

  it('takes a member with its own lines, and its comma or that of the one before it', () => {
    const lines = config.split('\n');
    const without = (from: number, to: number) => [...lines.slice(0, from), ...lines.slice(to)].join('\n');
    expect(editJson(config, [remove('targets', 'local')])).toBe(without(6, 7));
    expect(editJson(config, [remove('targets', 'staging')])).toBe(
      without(7, 11).replace('{ "kind": "local" }, //', '{ "kind": "local" } //'),
    );
    expect(editJson(config, [remove('targets', 'staging', 'kind')])).toBe(without(8, 9));
    expect(editJson(config, [remove('connections')])).toBe(without(13, 14).replace('  },\n}', '  }\n}'));
  });

  it('fills an empty object as its place suggests, and leaves an emptied one as it was', () => {
    const filled = editJson(config, [set(['connections', 'db'], { backend: 'sqlite' })]);
    expect(filled).toContain('  "connections": {\n    "db": {\n      "backend": "sqlite"\n    }\n  }\n}\n');
    expect(editJson(filled, [remove('connections', 'db')])).toBe(config);
    expect(editJson('{}\n', [set(['targets', 'a'], {})])).toBe('{\n  "targets": {\n    "a": {}\n  }\n}\n');
  });

  it.each([
    ['a list on one line', '{"a":1}', '{"a":1, "b": 2}'],
    ['a comma at the end', '{\n  "a": 1, // one\n}', '{\n  "a": 1, // one\n  "b": 2,\n}'],
    ['a comma at the end of a line', '{ "a": 1, }', '{ "a": 1, "b": 2, }'],
    ['a comma on a line of its own', '{\n  "a": 1\n  ,\n}', '{\n  "a": 1\n  ,\n  "b": 2,\n}'],
    ['tabs', '{\n\t"a": 1\n}', '{\n\t"a": 1,\n\t"b": 2\n}'],
    ['four spaces', '{\n    "a": 1\n}', '{\n    "a": 1,\n    "b": 2\n}'],
    ['CRLF', '{\r\n  "a": 1\r\n}\r\n', '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n'],
    ['a byte order mark', '\uFEFF{\n  "a": 1\n}', '\uFEFF{\n  "a": 1,\n  "b": 2\n}'],
    ['a comment in an empty object', '{\n  // nothing yet\n}', '{\n  // nothing yet\n  "b": 2\n}'],
    ['a comment before the bracket', '{ "a": 1 /* one */ }', '{ "a": 1 /* one */, "b": 2 }'],
  ])('keeps %s, and gives the text back when the member is taken out again', (_name, text, expected) => {
    const added = editJson(text, [set(['b'], 2)]);
    expect(added).toBe(expected);
    expect(editJson(added, [remove('b')])).toBe(text);
  });

  it('takes the first of members that stand on one line or begin with their comma', () => {
    expect(editJson('{ "a": 1, "b": 2 }', [remove('a')])).toBe('{ "b": 2 }');
    expect(editJson('{\n  "a": 1, "b": 2\n}', [remove('a')])).toBe('{\n  "b": 2\n}');
    expect(editJson('{\n  "a": 1\n, "b": 2\n}', [remove('a')])).toBe('{\n  "b": 2\n}');
    expect(editJson('{\n  "a": 1\n, "b": 2\n}', [remove('b')])).toBe('{\n  "a": 1\n}');
  });

  it('gives any text back when what was added is taken out again, and holds the value in between', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom('new', 'k', 'a-b'), fc.jsonValue(), (text, name, value) => {
        const key = `${name}!`;
        const before = valueIn(text) as Record<string, Record<string, unknown>>;
        for (const path of [[key], ['targets', key]]) {
          const added = editJson(text, [set(path, value)]);
          const after = valueIn(added) as Record<string, Record<string, unknown>>;
          const section = path.length === 1 ? after : after.targets;
          expect(JSON.stringify(section?.[key])).toBe(JSON.stringify(value));
          expect(commentsIn(added)).toEqual(commentsIn(text));
          expect(editJson(added, [remove(...path)])).toBe(text);
        }
        expect(valueIn(text)).toEqual(before);
      }),
      { numRuns: 400 },
    );
  });

  it('takes exactly one member out of any text and leaves JSON', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (text, choice) => {
        const before = valueIn(text) as { targets: Record<string, unknown> };
        const keys = Object.keys(before.targets);
        const key = keys[choice % Math.max(1, keys.length)];
        if (key === undefined) return;
        const { [key]: _gone, ...rest } = before.targets;
        const edited = valueIn(editJson(text, [remove('targets', key)]));
        expect(edited).toEqual({ ...before, targets: rest });
      }),
      { numRuns: 400 },
    );
  });
});

const commentsIn = (text: string): readonly string[] => text.match(/\/\/ c\d+|\/\* c\d+ \*\//g) ?? [];

/** Documents in every layout: lines or one line, LF or CRLF, tabs or spaces, trailing commas or none, comments everywhere. */
const documents = fc
  .record({
    lineEnd: fc.constantFrom('\n', '\r\n'),
    indent: fc.constantFrom('\t', '  ', '    '),
    comma: fc.boolean(),
    isWide: fc.boolean(),
    members: fc.uniqueArray(fc.constantFrom('a', 'bb', 'c c', 'é', '"'), { maxLength: 4 }),
    values: fc.array(fc.constantFrom('1', '"// no comment"', '{}', '{ "x": [1, 2] }', '[ ]', '"}"'), {
      minLength: 4,
      maxLength: 4,
    }),
    comments: fc.array(fc.constantFrom('', '', 'line', 'block', 'above'), { minLength: 4, maxLength: 4 }),
  })
  .map(({ lineEnd, indent, comma, isWide, members, values, comments }) => {
    const [gap, deep] = isWide ? [lineEnd + indent, lineEnd + indent + indent] : [' ', ' '];
    const written = members.map((name, i) => {
      const [comment, isLast] = [comments[i], i === members.length - 1];
      const above = comment === 'above' && isWide ? `${deep}// c${i}` : '';
      const behind = comment === 'block' ? ` /* c${i} */` : comment === 'line' && isWide ? ` // c${i}` : '';
      return `${above}${deep}${JSON.stringify(name)}: ${values[i]}${!isLast || comma ? ',' : ''}${behind}`;
    });
    const end = isWide ? lineEnd + indent : ' ';
    const targets = written.length === 0 ? '{}' : `{${written.join('')}${end}}`;
    return `{${gap}"project": "p",${gap}"targets": ${targets}${isWide ? lineEnd : ' '}}${lineEnd}`;
  });
