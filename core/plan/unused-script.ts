import type { DeployConfig } from '../model/deploy-config.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import type { Problem } from '../model/problem.ts';
import { migrationName } from '../read/migration-name.ts';
import { problemAt } from '../read/problem-at.ts';
import { simpleGlob } from '../read/simple-glob.ts';
import { severityBy } from '../rules/rule-settings.ts';
import { scriptPaths } from './compile-operations.ts';

/** All plan documents of a project, and its deploy config; undefined where it has none. */
export interface ScriptUsers {
  readonly documents: readonly PlanDocument[];
  readonly config: DeployConfig | undefined;
}

/**
 * A versioned migration that nothing uses, P007: no plan names it although plans name others of its folder, and the deploy config has neither a group
 * nor a database for it. Silent where a pattern of the config cannot be judged.
 */
export function unusedScript(script: string, { documents, config }: ScriptUsers): readonly Problem[] {
  const folder = script.slice(0, script.lastIndexOf('/') + 1);
  const named = documents.flatMap(scriptPaths);
  const isNeighbour = (path: string) => path.startsWith(folder) && !path.slice(folder.length).includes('/');
  if (migrationName(script).kind !== 'versioned' || named.includes(script) || !named.some(isNeighbour)) return [];
  const isOfDatabase = config?.databases.some(({ folder: { value } }) => folder.startsWith(withSlash(value)));
  const patterns = (config?.groups ?? []).flatMap((group) => group.patterns);
  if (isOfDatabase || patterns.some(({ value }) => simpleGlob(value)?.test(script) ?? true)) return [];
  const severity = config ? severityBy({ code: 'P007' }, 'information', config.rules) : 'information';
  if (severity === 'off') return [];
  const start = { line: 1, column: 1 };
  const message = `No plan names this migration, although plans name others of ${folder || 'this folder'}. Add it to a plan, or delete it.`;
  return [problemAt({ file: script, range: { start, end: start } }, 'P007', message, { severity })];
}

const withSlash = (path: string): string => `${path.replace(/^(?:\.\/+)+|\/+$/g, '')}/`;
