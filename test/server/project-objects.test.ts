import { describe, expect, it } from 'vitest';
import { createProjectObjects } from '../../server/project-objects.ts';
import { languageProject } from '../support/language-project.ts';

const PLAN = 'deployments/x.srdeploy';

/** The objects behind a plan without scripts, read from files that can be changed; what was read is counted. */
function reader(files: Record<string, string>) {
  const stamps = new Map<string, number>();
  const read: string[] = [];
  const document = languageProject({ ...files, [PLAN]: '{ "target_env": { "backend": "postgresql" } }' }).document(
    PLAN,
  );
  let now = 0;
  const fileOf = (path: string) => path.replace('/shop/', '');
  const objects = createProjectObjects({
    textOf(path) {
      read.push(fileOf(path));
      return files[fileOf(path)];
    },
    stampOf: (path) => String(stamps.get(fileOf(path))),
    now: () => new Date(now),
  });
  return {
    /** What is there, and what was read for it. */
    look() {
      read.length = 0;
      const { objects: found, isPartial } = objects.of(document);
      return { found: found.map(({ id }) => id), isPartial, read: [...read] };
    },
    change(file: string, text: string) {
      files[file] = text;
      stamps.set(file, (stamps.get(file) ?? 0) + 1);
    },
    wait(ms: number) {
      now += ms;
    },
  };
}

describe('the objects behind a plan', () => {
  it('are read once, and again from a script that has changed, a moment later', () => {
    const project = reader({ 'm/V1__a.sql': 'CREATE TABLE a (x int);', 'm/V2__b.sql': 'CREATE TABLE b (x int);' });
    expect(project.look()).toEqual({ found: ['a', 'b'], isPartial: false, read: ['m/V1__a.sql', 'm/V2__b.sql'] });
    project.change('m/V2__b.sql', 'CREATE TABLE c (x int);');
    expect(project.look()).toEqual({ found: ['a', 'b'], isPartial: false, read: [] });
    project.wait(2_000);
    expect(project.look()).toEqual({ found: ['a', 'c'], isPartial: false, read: ['m/V2__b.sql'] });
  });

  it('are read again when a file has changed that a script reads', () => {
    const project = reader({ 'm/V1__a.sql': '\\i more.sql\n', 'more.sql': 'CREATE TABLE a (x int);' });
    expect(project.look().found).toEqual(['a']);
    project.change('more.sql', 'CREATE TABLE b (x int);');
    project.wait(2_000);
    expect(project.look()).toEqual({ found: ['b'], isPartial: false, read: ['m/V1__a.sql', 'more.sql'] });
  });

  it('of very much text are found one question after the other', () => {
    const much = `-- ${'x'.repeat(1_500_000)}\n`;
    const names = ['V1__a', 'V2__b', 'V3__c'];
    const project = reader(
      Object.fromEntries(names.map((name) => [`m/${name}.sql`, `${much}CREATE TABLE ${name} (x int);`])),
    );
    expect(project.look()).toMatchObject({ found: ['v1__a', 'v2__b'], isPartial: true });
    expect(project.look()).toEqual({ found: ['v1__a', 'v2__b', 'v3__c'], isPartial: false, read: ['m/V3__c.sql'] });
  });
});
