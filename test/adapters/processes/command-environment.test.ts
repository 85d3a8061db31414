import { describe, expect, it } from 'vitest';
import { commandEnvironment } from '../../../adapters/processes/command-environment.ts';

describe('the environment of a command', () => {
  it('has neither the secrets that were given to us nor the key to the stored ones', () => {
    const own = {
      PATH: '/bin',
      SRDEPLOY_SECRET_DB: 'hidden',
      SRDEPLOY_KEY: 'hidden',
      SRDEPLOY_KEY_COMMAND: 'echo hidden',
      SRDEPLOY_KEY_FILE: '/keys/shop',
    };
    const env = commandEnvironment({ env: { REGION: 'eu' }, marker: 'm' }, 'tree', own);
    expect(JSON.stringify(env)).not.toContain('hidden');
    expect(env).toMatchObject({ PATH: '/bin', REGION: 'eu', SRDEPLOY_KEY_FILE: '/keys/shop' });
  });
});
