import { beforeEach, onTestFailed } from 'vitest';

/** For tests that go on where the one before ended: after a failure the rest fails at once, instead of waiting for what cannot come. */
export function stopAtFirstFailure(): void {
  let failed: string | undefined;
  beforeEach(({ task }) => {
    if (failed !== undefined) throw new Error(`Not tried, because this failed before: ${failed}`);
    onTestFailed(() => {
      failed ??= task.name;
    });
  });
}
