import { describe, expect, it } from 'vitest';
import { createHasher, createVariables } from '../../adapters/index.ts';

describe('variables', () => {
  const variables = createVariables(
    { HOST: 'db', EMPTY: '', SRDEPLOY_SECRET_PASSWORD: 'from-env', SRDEPLOY_SECRET_TOKEN: 'from-env' },
    { TOKEN: 'handed-over', NOTHING: '' },
  );

  it('come from the environment, and an empty one is missing', () => {
    expect([variables.env('HOST'), variables.env('EMPTY'), variables.env('NOT_THERE')]).toEqual([
      'db',
      undefined,
      undefined,
    ]);
  });

  it('are secret when handed over, else found in the environment under a name of their own', () => {
    expect(variables.secret('TOKEN')).toBe('handed-over');
    expect(variables.secret('PASSWORD')).toBe('from-env');
    expect([variables.secret('NOTHING'), variables.secret('HOST')]).toEqual([undefined, undefined]);
  });

  it('are never the methods of an object', () => {
    expect([variables.env('constructor'), variables.secret('__proto__'), variables.env('toString')]).toEqual(
      Array(3).fill(undefined),
    );
  });
});

describe('the hasher', () => {
  it('hashes the UTF-8 bytes of a text', () => {
    expect(createHasher().sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(createHasher().sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });
});
