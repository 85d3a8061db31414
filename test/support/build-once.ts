import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Bundles the product once before any test: tests of processes run what ships. */
export default async function buildOnce(): Promise<void> {
  if (process.env.SRDEPLOY_SKIP_BUILD === '1') return;
  await promisify(execFile)(process.execPath, ['scripts/build.mjs'], { maxBuffer: 1 << 24 });
}
