import { describe, expect, it } from 'vitest';
import { type StatusReply, statusText } from '../../client/status-text.ts';
import { targetId } from '../../core/model/ids.ts';

const at = '2026-02-05T12:05:00.000Z';
const migration = (file: string, version: string, state: 'applied' | 'pending', more: object = {}) =>
  ({ file, version, state, checksum: 'c', ...more }) as unknown as StatusReply['migrations'][number];
const reply: StatusReply = {
  target: targetId('live'),
  production: true,
  migrations: [
    migration('db/V1__a.sql', '1', 'applied', { appliedAt: at }),
    migration('db/V10__b.sql', '10', 'pending', { note: 'new' }),
    migration('db/V11__c.sql', '11', 'pending'),
  ],
  findings: [{ code: 'M001', severity: 'warning', message: 'Look.' }],
};

describe('how migrations stand, as a text', () => {
  it('says where, counts, and has one line a migration in columns', () => {
    expect(statusText('db', reply, at).split('\n')).toEqual([
      'Migrations of db on PROD live',
      `Read ${at}. To read them again, choose Migration Status again.`,
      '',
      '1 applied, 2 pending',
      '',
      'VERSION  STATE    APPLIED                   FILE',
      `1        applied  ${at}  db/V1__a.sql`,
      '10       pending                            db/V10__b.sql  new',
      '11       pending                            db/V11__c.sql',
      '',
      'warning M001: Look.',
      '',
    ]);
  });

  it('says why nothing is known of a target that did not answer', () => {
    const text = statusText('db', { ...reply, unreached: 'connection refused' }, at);
    expect(text).toContain('The target could not be read: connection refused');
    expect(text).not.toContain('2 pending');
  });

  it('says that there are none', () => {
    expect(statusText('', { ...reply, migrations: [], findings: [] }, at)).toContain('There are no migrations.');
  });
});
