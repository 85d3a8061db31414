import type {
  DangerCategory,
  MigrationState,
  OperationPhase,
  OperationStatus,
  OperationType,
  RunStatus,
} from '../core/index.ts';

/** How a status looks: never an icon alone. `icon` is the id of a codicon; `tone` chooses a theme colour. */
export interface StatusLook {
  readonly word: string;
  readonly icon: string;
  readonly tone: 'calm' | 'busy' | 'attention' | 'good' | 'bad';
}

export const runStatusLooks: Readonly<Record<RunStatus, StatusLook>> = {
  running: { word: 'running', icon: 'loading', tone: 'busy' },
  waiting: { word: 'waiting', icon: 'debug-pause', tone: 'attention' },
  interrupted: { word: 'interrupted', icon: 'debug-disconnect', tone: 'attention' },
  succeeded: { word: 'succeeded', icon: 'pass', tone: 'good' },
  failed: { word: 'failed', icon: 'error', tone: 'bad' },
  cancelled: { word: 'cancelled', icon: 'circle-slash', tone: 'calm' },
  unknown: { word: 'unknown', icon: 'question', tone: 'attention' },
  rolled_back: { word: 'rolled back', icon: 'discard', tone: 'calm' },
  rollback_partial: { word: 'partly rolled back', icon: 'warning', tone: 'bad' },
};

export const operationStatusLooks: Readonly<Record<OperationStatus, StatusLook>> = {
  pending: { word: 'pending', icon: 'circle-large-outline', tone: 'calm' },
  running: { word: 'running', icon: 'loading', tone: 'busy' },
  waiting: { word: 'waiting', icon: 'debug-pause', tone: 'attention' },
  succeeded: { word: 'succeeded', icon: 'pass', tone: 'good' },
  failed: { word: 'failed', icon: 'error', tone: 'bad' },
  skipped: { word: 'skipped', icon: 'debug-step-over', tone: 'calm' },
  cancelled: { word: 'cancelled', icon: 'circle-slash', tone: 'calm' },
  unknown: { word: 'unknown', icon: 'question', tone: 'attention' },
  'nothing-to-do': { word: 'nothing to do', icon: 'dash', tone: 'calm' },
};

export const migrationStateLooks: Readonly<Record<MigrationState, StatusLook>> = {
  applied: { word: 'applied', icon: 'pass', tone: 'good' },
  pending: { word: 'pending', icon: 'circle-large-outline', tone: 'busy' },
  changed: { word: 'changed', icon: 'diff-modified', tone: 'bad' },
  missing: { word: 'missing', icon: 'warning', tone: 'bad' },
  renamed: { word: 'renamed', icon: 'diff-renamed', tone: 'attention' },
  failed: { word: 'failed', icon: 'error', tone: 'bad' },
  rolled_back: { word: 'rolled back', icon: 'discard', tone: 'calm' },
  unknown: { word: 'unknown', icon: 'question', tone: 'attention' },
};

/** What an operation is, in a word and a codicon. */
export const operationTypeLooks: Readonly<Record<OperationType, { readonly word: string; readonly icon: string }>> = {
  migration: { word: 'Migration', icon: 'database' },
  sql_check: { word: 'SQL check', icon: 'checklist' },
  backup: { word: 'Backup', icon: 'archive' },
  pause: { word: 'Pause', icon: 'debug-pause' },
  command: { word: 'Command', icon: 'terminal' },
  hook: { word: 'Hook', icon: 'link' },
  build: { word: 'Build', icon: 'tools' },
  test: { word: 'Test', icon: 'beaker' },
  deploy: { word: 'Deploy', icon: 'rocket' },
  health_check: { word: 'Health check', icon: 'pulse' },
  irreversible: { word: 'Irreversible step', icon: 'debug-step-over' },
  connection: { word: 'Connection', icon: 'plug' },
  disk_space: { word: 'Disk space', icon: 'server' },
  migration_history: { word: 'Migration history', icon: 'history' },
  object_count: { word: 'Object count', icon: 'symbol-numeric' },
};

export const phaseWords: Readonly<Record<OperationPhase, string>> = {
  pre_check: 'Pre-checks',
  step: 'Steps',
  post_check: 'Post-checks',
};

/** What sort of harm a danger is, in words. */
export const categoryWords: Readonly<Record<DangerCategory, string>> = {
  'data-loss': 'data loss',
  rewrite: 'table rewrite',
  'long-lock': 'long lock',
  irreversible: 'irreversible',
  'not-transactional': 'not transactional',
  'breaks-running-code': 'breaks running code',
  hygiene: 'hygiene',
};

const strange: StatusLook = { word: 'unknown', icon: 'question', tone: 'attention' };

/** The look of a status that may come from a newer version: its own word, never a guess. */
export function lookOf(looks: Readonly<Record<string, StatusLook>>, status: string): StatusLook {
  return looks[status] ?? { ...strange, word: status.replaceAll('_', ' ') };
}
