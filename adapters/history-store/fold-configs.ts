import type { Database } from 'sql.js';
import { digest } from '../../core/index.ts';
import { readKeptConfig } from '../journal/kept-configs.ts';
import { mirrorTargets } from './mirror-targets.ts';
import { inTransaction, numberIn, rowsOf, textIn } from './rows.ts';

/**
 * Brings in the deploy configs that attempts name. The newest of a project is the one that `projects` holds, and its targets are those of
 * `deployment_targets`. One whose file is lost is left out. Spec: orchestration, tasks 1 and 4.
 */
export async function foldConfigs(database: Database, project: string): Promise<void> {
  for (const row of rowsOf(database, UNKNOWN)) {
    const name = textIn(row, 'digest');
    const kept = await readKeptConfig(project, digest(name));
    if (!kept) continue;
    inTransaction(database, (change) =>
      change('INSERT INTO deployment_configs (project_id, digest, config) VALUES (?, ?, ?)', [
        numberIn(row, 'project_id'),
        name,
        kept.text,
      ]),
    );
  }
  for (const row of rowsOf(database, NEWER)) {
    const kept = await readKeptConfig(project, digest(textIn(row, 'digest')));
    inTransaction(database, (change) =>
      change('UPDATE projects SET deployment_config = ? WHERE id = ?', [textIn(row, 'config'), numberIn(row, 'id')]),
    );
    if (kept) mirrorTargets(database, textIn(row, 'name'), kept.targets);
  }
}

const UNKNOWN = `SELECT DISTINCT r.project_id, a.config_digest AS digest
  FROM attempts a JOIN runs r ON r.id = a.run_id
  LEFT JOIN deployment_configs c ON c.project_id = r.project_id AND c.digest = a.config_digest
  WHERE a.config_digest IS NOT NULL AND c.digest IS NULL`;

const NEWER = `SELECT p.id, p.name, c.digest, c.config
  FROM projects p JOIN deployment_configs c ON c.project_id = p.id
  WHERE p.deployment_config IS NOT c.config AND c.digest = (
    SELECT a.config_digest FROM attempts a JOIN runs r ON r.id = a.run_id
    WHERE r.project_id = p.id AND a.config_digest IS NOT NULL ORDER BY a.started_at DESC, a.run_id DESC LIMIT 1)`;
