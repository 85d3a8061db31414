import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { cacheFolder, openCodeCache } from './code-cache.ts';

/*
 * Starts the command line from what V8 made of it the last time: compiling the program anew takes longer than most commands do.
 * `NODE_DISABLE_COMPILE_CACHE` switches that off, as it does Node's own.
 */
const program = join(__dirname, 'program.js');
const require_ = createRequire(program);
/**
 * The database of a run is on the same machine as often as not, and every thread that collects or compiles beside the run takes its
 * processors. A command is short: it collects by itself, and compiles for speed only what runs very often; the language server is not. A
 * later V8 may not know these flags any more, and would say so on standard error.
 */
const frugal = [
  '--no-parallel-scavenge',
  '--no-concurrent-marking',
  '--no-concurrent-sweeping',
  '--interrupt-budget=1000000',
];
/** One process in so many looks whether it has compiled more than what is kept. */
const looks = 20;

if (process.argv[2] !== 'lsp' && Number.parseInt(process.versions.v8, 10) <= 13)
  for (const flag of frugal) setFlagsFromString(flag);
if (process.env.NODE_DISABLE_COMPILE_CACHE) require_(program);
else launch();

function launch(): void {
  const source = readFileSync(program);
  const cache = openCodeCache(cacheFolder(process.env), source);
  const cachedData = cache.read();
  const text = `(function (exports, require, module, __filename, __dirname) { ${source.toString('latin1')}\n})`;
  const script = new Script(text, { filename: program, cachedData });
  const module = { exports: {} };
  const start = script.runInThisContext() as (...given: readonly unknown[]) => void;
  start(module.exports, require_, module, program, dirname(program));
  const known = cachedData && !script.cachedDataRejected ? cachedData.length : 0;
  if (known > 0 && randomInt(looks) > 0) return;
  // By then the functions that the command needed are compiled as well, which may be more than those of the last one.
  process.on('exit', () => {
    const data = script.createCachedData();
    if (data.length > known) cache.write(data);
  });
}
