import { describe, expect, it } from 'vitest';
import { migrationFiles, nextMigration } from '../../../core/index.ts';

const now = new Date('2026-11-21T06:50:07Z');

describe('the next migration of a folder', () => {
  it.each<[string, string[], string, string, string]>([
    ['an empty one', [], 'Add orders', 'V0001__add_orders.sql', 'R0001__add_orders.sql'],
    ['V with zeros', ['V0009__a.sql', 'R0009__a.sql'], 'b', 'V0010__b.sql', 'R0010__b.sql'],
    ['V without zeros', ['V9__a.sql', 'V10__b.sql'], 'c', 'V11__c.sql', 'R11__c.sql'],
    ['undo files', ['V1__a.sql', 'U1__a.sql'], 'b', 'V2__b.sql', 'U2__b.sql'],
    ['dotted versions', ['V1.9__a.sql', 'V1.10__b.sql'], 'c', 'V1.11__c.sql', 'R1.11__c.sql'],
    ['components with _', ['V1_9__a.sql'], 'b', 'V1_10__b.sql', 'R1_10__b.sql'],
    ['numbers', ['0001_a.sql', '0002_b.sql'], 'c', '0003_c.sql', '0003_c.down.sql'],
    ['numbers with -', ['001-a.sql'], 'b', '002-b.sql', '002-b.down.sql'],
    ['up and down', ['0001_a.up.sql', '0001_a.down.sql'], 'b', '0002_b.up.sql', '0002_b.down.sql'],
    ['moments', ['20260205120000_a.sql'], 'b', '20261121065007_b.sql', '20261121065007_b.down.sql'],
    ['moments to come', ['20991231235959_a.sql'], 'b', '20991231235960_b.sql', '20991231235960_b.down.sql'],
    ['dates with _', ['2026_02_05_120000_a.sql'], 'b', '2026_11_21_065007_b.sql', '2026_11_21_065007_b.down.sql'],
  ])('follows %s', (_what, paths, name, migration, rollback) => {
    const next = nextMigration(paths, name, now);
    expect(next).toMatchObject({ migration, rollback });
    const { files, problems } = migrationFiles([...paths, migration, rollback]);
    expect(problems).toEqual([]);
    expect(files.at(-1)).toMatchObject({ path: migration, rollback });
  });

  it.each([
    ['Add the orders!', 'V0001__add_the_orders.sql'],
    ['  ../../etc/passwd ', 'V0001__etc_passwd.sql'],
    ['Größe ändern', 'V0001__größe_ändern.sql'],
  ])('makes a plain name of "%s"', (name, migration) =>
    expect(nextMigration([], name, now)).toMatchObject({ migration }),
  );

  it('needs a letter or digit', () => expect(nextMigration([], ' -- ', now)).toBeUndefined());
});
