import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Sum {
  readonly cases: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly violations: readonly object[];
}

/** Runs the campaign as `npm run campaign` does. */
function campaign(...words: readonly string[]): Promise<{ readonly sum: Sum; readonly story: string }> {
  const root = resolve(import.meta.dirname, '../..');
  const script = join(root, 'scripts/campaign.mjs');
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [script, '--json', ...words],
      { cwd: root, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (stdout === '') fail(error ?? new Error(stderr));
        else done({ sum: JSON.parse(stdout) as Sum, story: stderr });
      },
    );
  });
}

describe('the fault campaign, in short', () => {
  it('kills the runner of a long plan again and again, and folds runs by two processes at once: nothing is lost, nothing done twice', async () => {
    const parts = ['--part', 'two-folders,long-plan', '--seed', '1', '--kills', '8', '--folds', '40'];
    const { sum, story } = await campaign(...parts, '--backend', 'sqlite');
    expect(sum.violations, story).toEqual([]);
    expect(sum.cases).toBe(2);
    expect(sum.injected['runs folded by two']).toBe(40);
  }, 240_000);

  it.each([
    ['sqlite', '12'],
    ['postgresql', '5'],
  ])(
    'plays random plans under random faults on %s, and no invariant is broken',
    async (backend, cases) => {
      const chosen = ['--part', 'cases', '--seed', '100', '--cases', cases, '--backend', backend, '--minutes', '1'];
      const { sum, story } = await campaign(...chosen);
      expect(sum.violations, story).toEqual([]);
      expect(sum.cases).toBeGreaterThan(0);
    },
    240_000,
  );
});
