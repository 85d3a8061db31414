import { readFileSync } from 'node:fs';
import type { Diagnostic } from 'vscode-languageserver/node';
import type { PlannedDanger } from '../../core/index.ts';
import { toLspRange, toSeverity } from '../convert.ts';
import type { DangerReport } from '../danger-report.ts';
import type { NamingPlans } from '../sql-plans.ts';

/** What a SQL file can do that the plan documents name it in, one diagnostic a finding, whichever plan it comes from. */
export async function sqlDiagnostics(
  { project, script, documents }: NamingPlans,
  report: DangerReport,
  openText: (path: string) => string | undefined,
): Promise<Diagnostic[]> {
  const read = (path: string): string | undefined => {
    const absolute = project.absolute(path);
    return openText(absolute) ?? textOnDisk(absolute);
  };
  const config = project.config();
  const found = new Map<string, Diagnostic>();
  for (const document of documents) {
    for (const danger of await report.dangersOf({ document, config, script, read })) {
      if (danger.file !== script) continue;
      const diagnostic = toDiagnostic(danger);
      found.set(JSON.stringify([danger.code, diagnostic.range, danger.message]), diagnostic);
    }
  }
  return [...found.values()];
}

const toDiagnostic = ({ code, severity, message, saferForm, range }: PlannedDanger): Diagnostic => ({
  range: toLspRange(range),
  severity: toSeverity(severity),
  code,
  source: 'srdeploy',
  message: `${message}\nSafer: ${saferForm}`,
});

function textOnDisk(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // A script that is not there is told in the plan that names it.
  }
}
