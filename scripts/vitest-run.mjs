// Runs vitest with a time limit and reads its own account of what passed. Imports Node's own modules only.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Runs the tests that a vitest configuration names, in a process of their own. A test that did not run counts as failed, and so does a
 * file that could not be loaded.
 * @param {string} name of the stage, for messages and for its result file
 * @param {string} config path of the configuration, relative to the repository
 * @param {number} timeoutMs
 * @returns {Promise<{ passed: number, failures: string[] }>}
 */
export async function runVitest(name, config, timeoutMs) {
  const report = join(root, `.cache/results/${name}.json`);
  await mkdir(dirname(report), { recursive: true });
  await rm(report, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile=${report}`];
  // What is bundled is bundled by now; one build more would pull it from under the tests of another process.
  const env = { SRDEPLOY_SKIP_BUILD: '1', VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' };
  const result = await run(process.execPath, args, { cwd: root, timeoutMs, env });
  const account = await readReport(report);
  if (!account) return { passed: 0, failures: [`${name}: vitest left no results; ${result.reason}`] };
  // Errors outside of tests fail vitest without failing a test.
  if (!result.ok && account.failures.length === 0) account.failures.push(`${name}: ${result.reason}`);
  return account;
}

async function readReport(file) {
  let report;
  try {
    report = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  const files = report.testResults;
  const tests = files.flatMap((one) => one.assertionResults.map((test) => ({ ...test, file: shown(one.name) })));
  const unloaded = files.filter((one) => one.status === 'failed' && one.assertionResults.length === 0);
  const failed = tests.filter((test) => test.status !== 'passed');
  return {
    passed: tests.length - failed.length,
    failures: [
      ...unloaded.map((one) => `${shown(one.name)}: could not be run`),
      ...failed.map((test) => `${test.file}: ${test.fullName}${test.status === 'failed' ? '' : ` (${test.status})`}`),
    ],
  };
}

const shown = (file) => file.replace(`${root}/`, '');
