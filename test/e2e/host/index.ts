import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** One test of the suite that runs inside the extension host. */
export interface HostResult {
  readonly title: string;
  readonly durationMs: number;
  /** The error's stack; undefined for a test that passed. */
  readonly error: string | undefined;
}

/**
 * What VS Code calls in its extension host: runs the suite and rejects where a test failed. Where the environment names a file in
 * `SRDEPLOY_HOST_RESULTS`, the results are in it as JSON from the first test on; a test that has begun and not ended stands there as an error,
 * so that a suite which comes to no end says where it is.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'spec', color: false });
  mocha.suite.emit('pre-require', globalThis, 'host', mocha);
  await import('./extension.suite.ts');
  await import('./language.suite.ts');
  await import('./navigation.suite.ts');
  await import('./refactorings.suite.ts');
  const results: HostResult[] = [];
  const file = process.env.SRDEPLOY_HOST_RESULTS;
  const write = (running: readonly HostResult[]): void => {
    if (file) writeFileSync(file, JSON.stringify([...results, ...running]));
  };
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const end = (test: Mocha.Test, error: string | undefined): void => {
      results.push({ title: test.fullTitle(), durationMs: test.duration ?? 0, error });
      write([]);
    };
    runner.on('test', (test) => {
      write([{ title: test.fullTitle(), durationMs: 0, error: 'The test began and came to no end.' }]);
    });
    runner.on('pass', (test) => end(test, undefined));
    runner.on('pending', (test) => end(test, 'The test was skipped.'));
    runner.on('fail', (test, error: Error) => end(test, error.stack ?? error.message));
  });
  if (failed > 0) throw new Error(`${failed} of ${results.length} tests in the extension host failed.`);
}
