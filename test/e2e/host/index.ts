import { writeFile } from 'node:fs/promises';
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
 * `SRDEPLOY_HOST_RESULTS`, the results are written to it as JSON.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'spec', color: false });
  mocha.suite.emit('pre-require', globalThis, 'host', mocha);
  await import('./extension.suite.ts');
  await import('./language.suite.ts');
  const results: HostResult[] = [];
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const end = (test: Mocha.Test, error: string | undefined): void => {
      results.push({ title: test.fullTitle(), durationMs: test.duration ?? 0, error });
    };
    runner.on('pass', (test) => end(test, undefined));
    runner.on('pending', (test) => end(test, 'The test was skipped.'));
    runner.on('fail', (test, error: Error) => end(test, error.stack ?? error.message));
  });
  const file = process.env.SRDEPLOY_HOST_RESULTS;
  if (file) await writeFile(file, JSON.stringify(results));
  if (failed > 0) throw new Error(`${failed} of ${results.length} tests in the extension host failed.`);
}
