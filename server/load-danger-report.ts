import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DangerReport } from './danger-report.ts';

interface ReportModule {
  createDangerReport(dist: string): DangerReport;
}

/** Loads the danger report from its own bundle when somebody first asks, so that the server starts without it. */
export function lazyDangerReport(dist: string): DangerReport {
  let report: DangerReport | undefined;
  return {
    dangersOf(request) {
      if (!report) {
        const file = join(dist, 'danger-report.js');
        report = (createRequire(file)(file) as ReportModule).createDangerReport(dist);
      }
      return report.dangersOf(request);
    },
  };
}
