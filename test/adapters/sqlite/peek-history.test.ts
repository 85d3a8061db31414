import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { peekHistory } from '../../../adapters/sqlite/peek-history.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a glance at the history without a session', () => {
  it('leaves a file that cannot be looked at to a session, which says why', async () => {
    const file = join(await temporaryFolder(), `${'x'.repeat(300)}.db`);
    expect(peekHistory({ childSource: '', driverPath: undefined }, file, '')).toBeUndefined();
  });
});
