import { readFile } from 'node:fs/promises';
import type { SqlJsStatic } from 'sql.js';

/** Loads SQLite from its WebAssembly file; half a megabyte of code that nothing needs before its first use. */
export async function loadSql(wasmFile: string): Promise<SqlJsStatic> {
  const [{ default: initialise }, wasm] = await Promise.all([import('sql.js'), readFile(wasmFile)]);
  // Without it sql.js adds functions that SQLite has by now under the same names, and warns when they are called.
  const options = { wasmBinary: new Uint8Array(wasm).buffer, useOldExtensionFunctions: false };
  return initialise(options);
}
