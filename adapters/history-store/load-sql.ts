import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import type { SqlJsStatic } from 'sql.js';

/** Loads SQLite from its WebAssembly file; half a megabyte of code that nothing needs before its first use. */
export async function loadSql(wasmFile: string): Promise<SqlJsStatic> {
  const [{ default: initialise }, wasm] = await Promise.all([import('sql.js'), readFile(wasmFile)]);
  // Without it sql.js adds functions that SQLite has by now under the same names, and warns when they are called.
  const options = { wasmBinary: new Uint8Array(wasm).buffer, useOldExtensionFunctions: false };
  return compiledOnce(() => initialise(options));
}

/**
 * V8 compiles all of a module a second time, for speed, on every processor that is free: more work than most processes have for it. A later V8
 * may not know the flag any more, and would say so on standard error.
 */
async function compiledOnce<T>(work: () => Promise<T>): Promise<T> {
  if (Number.parseInt(process.versions.v8, 10) > 13) return work();
  setFlagsFromString('--liftoff-only');
  try {
    return await work();
  } finally {
    setFlagsFromString('--no-liftoff-only');
  }
}
