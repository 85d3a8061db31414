import { describe, expect, it } from 'vitest';
import { changeTarget, type TargetChange, targetId } from '../../../core/index.ts';

const file = 'deploy-config.json';
const config = `{
  // Where it runs.
  "targets": {
    "staging": { "kind": "staging", "connection_ref": "db" }, // ours
    "live": {
      "kind": "production",
      "host": "db.example.org" // behind the proxy
    }
  },
  "connections": { "db": { "backend": "sqlite", "file": "data.db" } },
  "notifications": [
    { "type": "slack", "url": "\${secret:HOOK}", "targets": ["live"] }
  ]
}
`;
const staging = targetId('staging');
const live = targetId('live');

function changed(change: TargetChange, text: string | undefined = config): string {
  const result = changeTarget(file, text, change);
  if (result.type !== 'changed') throw new Error(JSON.stringify(result));
  return result.text;
}

function problemsOf(change: TargetChange, text: string | undefined = config) {
  const result = changeTarget(file, text, change);
  return result.type === 'refused' ? result.problems.map(({ code, message }) => `${code} ${message}`) : result;
}

describe('changing a target of a deploy config', () => {
  it('adds one with what was said of it, in that order, and leaves the rest as it is', () => {
    const set = [
      { path: ['kind'], value: 'local' },
      { path: ['variables', 'a.b'], value: '1' },
      { path: ['variables', 'c'], value: '2' },
      { path: ['min_approvals'], value: 2 },
    ];
    const added = `,
    "local": {
      "kind": "local",
      "variables": {
        "a.b": "1",
        "c": "2"
      },
      "min_approvals": 2
    }
  },
  "connections"`;
    expect(changed({ type: 'add', id: targetId('local'), set })).toBe(config.replace('\n  },\n  "connections"', added));
  });

  it('makes a config where there is none', () => {
    const set = [{ path: ['host'], value: 'db.woofs.com' }];
    const made = changeTarget(file, undefined, { type: 'add', id: live, set });
    const text = '{\n  "targets": {\n    "live": {\n      "host": "db.woofs.com"\n    }\n  }\n}\n';
    expect(made).toEqual({ type: 'changed', text });
  });

  it('changes what is given and unsets what is named, and nothing else', () => {
    const set = [{ path: ['kind'], value: 'development' }];
    const text = changed({ type: 'update', id: staging, set, unset: [['connection_ref']] });
    expect(text).toBe(config.replace('{ "kind": "staging", "connection_ref": "db" }', '{ "kind": "development" }'));
  });

  it('says that nothing is to be changed', () => {
    const set = [{ path: ['host'], value: 'db.example.org' }];
    expect(changeTarget(file, config, { type: 'update', id: live, set, unset: [] })).toEqual({ type: 'unchanged' });
  });

  it('removes one by its id alone', () => {
    expect(changed({ type: 'remove', id: staging })).toBe(config.replace(/\n {4}"staging".*/, ''));
  });

  it('names the targets that there are, and the one that was meant, where it knows none of that id', () => {
    const unknown =
      'UNKNOWN_TARGET There is no target "stagign". Did you mean "staging"? Known targets: staging, live.';
    const id = targetId('stagign');
    expect(problemsOf({ type: 'update', id, set: [], unset: [] })).toEqual([unknown]);
    expect(problemsOf({ type: 'remove', id })).toEqual([unknown]);
    expect(problemsOf({ type: 'remove', id }, '{}')).toEqual([
      'UNKNOWN_TARGET There is no target "stagign". There are no targets yet; add it with: srdeploy target add stagign',
    ]);
  });

  it('adds no target twice', () => {
    expect(problemsOf({ type: 'add', id: live, set: [] })).toEqual([
      'TARGET_EXISTS There is a target "live" already. Change it with: srdeploy target update live …',
    ]);
  });

  it('removes none that another part of the config names, and says where', () => {
    const result = changeTarget(file, config, { type: 'remove', id: live });
    expect(result).toMatchObject({
      type: 'refused',
      problems: [{ code: 'TARGET_IN_USE', file, range: { start: { line: 12, column: 61 } } }],
    });
  });

  it('says which key is not there to be unset', () => {
    expect(problemsOf({ type: 'update', id: live, set: [], unset: [['hosts'], ['variables', 'x']] })).toEqual([
      'NOTHING_TO_UNSET The target "live" has no "hosts" to unset. Did you mean "host"?',
      'NOTHING_TO_UNSET The target "live" has no "variables.x" to unset. It has: kind, host.',
    ]);
  });

  it('touches no config that is wrong already, and tells all that is wrong with its places', () => {
    const wrong = config.replace('"kind": "staging"', '"kind": "stage"').replace('"host"', '"hots"');
    const result = changeTarget(file, wrong, {
      type: 'update',
      id: live,
      set: [{ path: ['region'], value: 'eu' }],
      unset: [],
    });
    expect(result).toMatchObject({
      problems: [
        { code: 'SCHEMA_VALUE', range: { start: { line: 4 } } },
        { code: 'SCHEMA_UNKNOWN_KEY', range: { start: { line: 7 } } },
      ],
    });
    expect(problemsOf({ type: 'add', id: staging, set: [] }, '{ "targets": ')).toMatchObject([
      expect.stringContaining('JSON_'),
    ]);
  });

  it('makes no config that would be wrong, and gives no place in a text that nobody has', () => {
    const set = [
      { path: ['connection_ref'], value: 'bd' },
      { path: ['variables', 'x'], value: '${env:NAME}' },
    ];
    const result = changeTarget(file, config, { type: 'update', id: staging, set, unset: [] });
    expect(result).toMatchObject({
      type: 'refused',
      problems: [
        { code: 'UNKNOWN_CONNECTION', range: undefined, fixes: [], message: expect.stringContaining('"db"') },
        { code: 'SCHEMA_VALUE', range: undefined },
      ],
    });
  });
});
