import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The program that opens SQLite targets in a process of its own, held in memory: an update of the product may remove its files during a run. */
export interface SqliteChild {
  /** The text of the bundled program. */
  readonly childSource: string;
  /** Absolute; the driver package for a Node without a driver of its own. */
  readonly driverPath: string | undefined;
}

/** Reads `sqlite-child.js` from the folder of the bundles, and finds the driver package from there when it is asked for. Throws where the bundle is missing. */
export function loadSqliteChild(bundles: string): SqliteChild {
  const file = join(bundles, 'sqlite-child.js');
  let driver: { readonly path: string | undefined } | undefined;
  return {
    childSource: readFileSync(file, 'utf8'),
    get driverPath() {
      driver ??= { path: driverPath(file) };
      return driver.path;
    },
  };
}

function driverPath(from: string): string | undefined {
  try {
    return createRequire(from).resolve('@photostructure/sqlite');
  } catch {
    return undefined; // not in the packaged extension, whose Node has a driver of its own
  }
}
