import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHostSuite } from '../support/host-suite.ts';
import { repository } from '../support/vscode-runtime.ts';

// The suite runs once, before its results are known by name; then each of its tests is one here.
const results = await runHostSuite(join(repository, 'examples/shop')).catch((error: unknown) => error);

describe('the suite inside the extension host', () => {
  it('came to its end and ran its tests', () => {
    if (!Array.isArray(results)) throw results;
    expect(results.length).toBeGreaterThan(0);
  });

  for (const result of Array.isArray(results) ? results : []) {
    it(result.title, () => {
      if (result.error) throw new Error(result.error);
    });
  }
});
