import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CuttingProxy } from '../support/cutting-proxy.ts';
import type { Backend, CaseDatabase } from './backend.ts';
import type { Chance } from './chance.ts';
import { scriptOf } from './dialect.ts';
import type { ProductOptions } from './product.ts';
import type { CaseMigration, Scenario } from './scenario.ts';

/** Everything that belongs to one case. */
export interface CaseWorld {
  readonly seed: number;
  readonly chance: Chance;
  readonly backend: Backend;
  readonly database: CaseDatabase;
  readonly scenario: Scenario;
  readonly project: string;
  readonly dist: string;
  readonly proxy: CuttingProxy | undefined;
  /** Environment of the commands of the person who deploys. */
  readonly env: NodeJS.ProcessEnv;
  /** What happened, for whoever reads the report of a violation. */
  readonly story: string[];
  readonly violations: string[];
  /** Faults that came to pass, by kind. */
  readonly injected: Map<string, number>;
  /** What faults have made true that the invariants must know. */
  readonly known: KnownDamage;
  /** Undone when the case ends, last first: mounts, flags, stopped processes. */
  readonly undo: (() => void | Promise<void>)[];
}

export interface KnownDamage {
  /** A journal was torn or could not be written whole. */
  journalTorn: boolean;
  clockJumped: boolean;
  forcedUnlock: boolean;
  historyDamaged: boolean;
  secondClone: boolean;
  /** Disk or store refused writes during the case. */
  storeRefused: boolean;
}

export const tell = (world: CaseWorld, line: string): void => {
  world.story.push(line);
};

export const violated = (world: CaseWorld, line: string): void => {
  world.violations.push(line);
  tell(world, `!! ${line}`);
};

export const inject = (world: CaseWorld, kind: string): void => {
  world.injected.set(kind, (world.injected.get(kind) ?? 0) + 1);
  tell(world, `   fault: ${kind}`);
};

export const optionsOf = (world: CaseWorld, project = world.project): ProductOptions => ({
  dist: world.dist,
  cwd: project,
  env: world.env,
});

export const planPath = 'deployments/plan.srdeploy';

/** Writes the files of the project as the scenario says that they are now. */
export function writeProject(world: CaseWorld, project = world.project): void {
  const { scenario, backend, database, proxy } = world;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  const config = {
    project: 'campaign',
    connections: { db: backend.connection(database, proxy?.port) },
    targets: { dev: { connection_ref: 'db' } },
    migrations: { lock_timeout_ms: 2000 },
  };
  write('deploy-config.json', JSON.stringify(config, undefined, 2));
  if (scenario.kind === 'document') write(planPath, JSON.stringify(planOf(world), undefined, 2));
  for (const migration of scenario.migrations) writeScript(world, migration, project);
}

/** Writes the script of a migration as it is now, or takes it away. */
export function writeScript(world: CaseWorld, migration: CaseMigration, project = world.project): void {
  const file = join(project, migration.path);
  mkdirSync(dirname(file), { recursive: true });
  if (migration.deleted) rmSync(file, { force: true });
  else writeFileSync(file, scriptOf(world.backend.name, migration, world.backend.secret || 'hunter22'));
}

/** Renames the file of a migration. */
export function renameScript(world: CaseWorld, migration: CaseMigration, path: string): void {
  const [from, to] = [join(world.project, migration.path), join(world.project, path)];
  if (existsSync(from)) renameSync(from, to);
  migration.path = path;
}

function planOf({ scenario, backend }: CaseWorld): object {
  const retry = scenario.retries > 0 ? { retry: { max: scenario.retries, backoff_sec: 0 } } : {};
  const timeout = scenario.timeoutSec === undefined ? {} : { timeout_sec: scenario.timeoutSec };
  const steps: object[] = scenario.migrations.map(({ step, path }) => ({
    id: step,
    name: `Apply ${step}`,
    type: 'migration',
    script: path,
    ...retry,
    ...timeout,
  }));
  const middle = Math.floor(steps.length / 2);
  const check = { id: 'look', name: 'Look', type: 'sql_check', sql: 'SELECT 1 FROM trace', expect: 'non_empty' };
  if (scenario.check) steps.push(check);
  for (const { step, file, hasVerify } of scenario.commands) {
    const command = `sleep 0.03; echo once >> ${file}; sleep 0.03`;
    const verify = hasVerify ? { verify: `test -s ${file}` } : {};
    steps.splice(middle, 0, { id: step, name: `Command ${step}`, type: 'command', command, ...verify });
  }
  if (scenario.pause) steps.splice(middle, 0, { id: 'wait', name: 'Wait', type: 'pause', message: 'Look.' });
  const target = scenario.backup === 'fixed' ? backupFile : 'backups/{run_id}-{timestamp}.db';
  if (scenario.backup !== 'none') steps.unshift({ id: 'backup', name: 'Back up', type: 'backup', target });
  return {
    version: scenario.commands.length > 0 ? '1.1' : '1.0',
    plan_id: '0b9d7f2e-5a64-4d0f-8a55-3f0c2a1b9d10',
    name: 'A random plan',
    target_env: { id: 'dev', name: 'Development', backend: backend.name, connection_ref: 'db' },
    created_at: '2026-02-05T12:00:00Z',
    created_by: 'dana',
    approval_required: false,
    pre_checks: [{ id: 'check_connection', type: 'connection' }],
    steps,
    post_checks: scenario.post ? [{ id: 'check_history', type: 'migration_history' }] : [],
  };
}

export const backupFile = 'backups/before.db';
