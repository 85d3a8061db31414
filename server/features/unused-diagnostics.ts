import type { Diagnostic } from 'vscode-languageserver/node';
import { unusedScript } from '../../core/index.ts';
import { toDiagnostic } from '../convert.ts';
import type { NamingPlans } from '../sql-plans.ts';

/** What a SQL file is told that no plan names; nothing while a plan or the deploy config cannot be read. */
export function unusedDiagnostics({ project, script, all }: NamingPlans): Diagnostic[] {
  const config = project.config();
  if (!all || (config === undefined && project.configFile() !== undefined)) return [];
  return unusedScript(script, { documents: all, config }).flatMap((problem) =>
    problem.range ? [toDiagnostic({ ...problem, range: problem.range }, () => undefined)] : [],
  );
}
