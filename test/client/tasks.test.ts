import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { offeredTasks } from '../../client/tasks/offered-tasks.ts';
import { deployTaskOf, secretVariables, taskName, wordsOf } from '../../client/tasks/task-words.ts';

const words = (definition: Record<string, unknown>) => {
  const task = deployTaskOf({ type: 'srdeploy', ...definition });
  return task && wordsOf(task);
};

describe('a task as it is defined', () => {
  it('becomes the words of the command line, never a text for a shell', () => {
    expect(words({ verb: 'validate' })).toEqual(['validate']);
    expect(words({ verb: 'plan', file: 'a b; rm.srdeploy' })).toEqual(['plan', '--', 'a b; rm.srdeploy']);
    expect(words({ verb: 'run', file: '-x.srdeploy', target: 'live', groups: ['a', 'b'], args: ['--yes'] })).toEqual([
      'run',
      '--target',
      'live',
      '--group',
      'a',
      '--group',
      'b',
      '--yes',
      '--',
      '-x.srdeploy',
    ]);
    expect(words({ verb: 'dry-run', target: 'live' })).toEqual(['run', '--dry-run', '--target', 'live']);
    expect(words({ verb: 'status', file: 'm' })).toEqual(['migration', 'status', '--', 'm']);
  });

  it('is none of ours where its verb is unknown or a word is no word', () => {
    for (const wrong of [{}, { verb: 'destroy' }, { verb: 'run', target: 3 }, { verb: 'run', groups: 'a' }])
      expect(words(wrong)).toBeUndefined();
  });

  it('has secrets in variables of the names that the command line looks for, and no word of them', () => {
    expect(secretVariables({ PASSWORD: 'p', KEY: 'k' })).toEqual({
      SRDEPLOY_SECRET_PASSWORD: 'p',
      SRDEPLOY_SECRET_KEY: 'k',
    });
  });

  it('has a name that says what, of what and where to', () => {
    expect(taskName({ verb: 'run', file: 'deploy-config.json', target: 'live', groups: ['a', 'b'] })).toBe(
      'run deploy-config.json → live (a, b)',
    );
    expect(taskName({ verb: 'validate', file: undefined, target: undefined, groups: [] })).toBe('validate');
  });
});

describe('the tasks that are offered', () => {
  const namesOf = (targets: readonly string[] | undefined, mayAct = true) =>
    offeredTasks({ file: 'x', targets }, mayAct).map(taskName);

  it('are four for a plan, and three for each target of a config besides its check', () => {
    expect(namesOf(undefined)).toEqual(['validate x', 'plan x', 'run x', 'status x']);
    expect(namesOf(['dev', 'live'])).toEqual([
      'validate x',
      ...['plan', 'run', 'status'].map((verb) => `${verb} x → dev`),
      ...['plan', 'run', 'status'].map((verb) => `${verb} x → live`),
    ]);
  });

  it('only check where nothing may be run', () => {
    expect(namesOf(undefined, false)).toEqual(['validate x']);
    expect(namesOf(['dev'], false)).toEqual(['validate x']);
  });

  it('stay a list that can be read, however many targets there are', () => {
    expect(namesOf(Array.from({ length: 1_000 }, (_, index) => `t${index}`)).length).toBeLessThan(50);
  });
});

describe('the problem matcher', () => {
  const [{ pattern }] = JSON.parse(readFileSync('package.json', 'utf8')).contributes.problemMatchers;
  const matched = (line: string) => new RegExp(pattern.regexp).exec(line)?.slice(1);

  it('finds file, place, severity, code and message in what validate prints', () => {
    expect(matched('db/a b:c.srdeploy:24:17: error P001 The script "m:1:2: x" does not exist.')).toEqual([
      'db/a b:c.srdeploy',
      '24',
      '17',
      'error',
      'P001',
      'The script "m:1:2: x" does not exist.',
    ]);
    expect(matched('ok deploy-config.json')).toBeUndefined();
    expect(matched('2 files, 0 errors, 0 warnings')).toBeUndefined();
  });
});
