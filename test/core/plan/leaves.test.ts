import { describe, expect, it } from 'vitest';
import type { MigrationOperation } from '../../../core/index.ts';
import { leaves, leavesIn, withLeave } from '../../../core/plan/leaves.ts';

const files = ['m/V1__a.sql', 'm/V2__b.sql', 'm/V3__c.sql'].map((path) => ({ path }));
const operations = files.map(({ path }) => ({ type: 'migration', script: { path } }) as MigrationOperation);
const reason = 'late; duplicate version: of another branch';

describe('what was lifted in a plan', () => {
  it('is found again in it, each with its reason, so that the same plan is made of it', () => {
    const lifted = {
      outOfOrder: [{ file: 'm/V1__a.sql', reason }],
      duplicates: [
        { file: 'm/V2__b.sql', reason: 'two teams' },
        { file: 'm/V3__c.sql', reason: 'out of order: no' },
      ],
    };
    const made = operations.map((one) => withLeave(one, leaves(files, lifted)));
    expect(leavesIn(made)).toEqual(lifted);
  });

  it('gives the same operation where both were lifted for one file, whatever the reasons say', () => {
    const both = leaves(files, {
      outOfOrder: [{ file: 'm/V1__a.sql', reason }],
      duplicates: [{ file: 'm/V1__a.sql', reason }],
    });
    const made = operations.map((one) => withLeave(one, both));
    const again = operations.map((one) => withLeave(one, leaves(files, leavesIn(made))));
    expect(again).toEqual(made);
    expect(again[0]?.type === 'migration' && again[0].allows).toEqual(['out_of_order', 'duplicate_version']);
  });
});
