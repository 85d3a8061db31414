import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { createProjectObjects, DangerReport } from './danger-report.ts';

interface ScriptReaders {
  createDangerReport(dist: string): DangerReport;
  readonly createProjectObjects: typeof createProjectObjects;
}

/** Loads what reads SQL scripts from its own bundle, when somebody first needs it, so that the server starts without it. */
export function loadScriptReaders(dist: string): ScriptReaders {
  const file = join(dist, 'danger-report.js');
  return createRequire(file)(file) as ScriptReaders;
}

/** The danger report, loaded when it is first asked. */
export function lazyDangerReport(dist: string): DangerReport {
  let report: DangerReport | undefined;
  return {
    dangersOf(request) {
      report ??= loadScriptReaders(dist).createDangerReport(dist);
      return report.dangersOf(request);
    },
  };
}
