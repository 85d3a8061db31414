/** Raised whenever the tables change; a file of another version is rebuilt from the journals. */
export const SCHEMA_VERSION = 4;

/**
 * The tables of `history.sqlite`. `migration_history` is the specification's, column by column (orchestration, task 2);
 * `projects.deployment_config` is the config of the newest attempt, `deployment_configs` holds each that was used, with secrets masked;
 * `migration_attempts` only ever grows; `pruned_runs` names the runs of which only that is left, and how far their file was read.
 */
export const SCHEMA = `
CREATE TABLE projects (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL DEFAULT (datetime('now')),
  deployment_config TEXT
);

CREATE TABLE deployment_configs (
  project_id INTEGER NOT NULL REFERENCES projects(id),
  digest TEXT NOT NULL,
  config TEXT NOT NULL,
  PRIMARY KEY (project_id, digest)
);

CREATE TABLE deployment_targets (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects(id),
  target_name TEXT NOT NULL,
  target_type TEXT NOT NULL DEFAULT 'database',
  provider TEXT,
  host TEXT,
  region TEXT,
  created_at TEXT NOT NULL DEFAULT (datetime('now')),
  UNIQUE(project_id, target_name, target_type)
);

CREATE TABLE migration_history (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects(id),
  target_name TEXT NOT NULL,
  migration_file TEXT NOT NULL,
  migration_checksum TEXT NOT NULL,
  applied_at TEXT NOT NULL DEFAULT (datetime('now')),
  applied_by TEXT,
  execution_time_ms INTEGER,
  status TEXT NOT NULL DEFAULT 'success',
  error_message TEXT,
  UNIQUE(project_id, target_name, migration_file)
);
CREATE INDEX idx_migration_history_project_target ON migration_history(project_id, target_name);
CREATE INDEX idx_migration_history_status ON migration_history(status);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects(id),
  target_name TEXT NOT NULL,
  plan_file TEXT NOT NULL,
  plan_name TEXT NOT NULL,
  plan_digest TEXT NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  outcome TEXT,
  finished_at TEXT,
  record TEXT NOT NULL
);
CREATE INDEX idx_runs_target ON runs(project_id, target_name);

CREATE TABLE attempts (
  run_id TEXT NOT NULL REFERENCES runs(id),
  attempt INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  started_by TEXT NOT NULL,
  plan_digest TEXT NOT NULL,
  config_digest TEXT,
  outcome TEXT,
  finished_at TEXT,
  PRIMARY KEY (run_id, attempt)
);

CREATE TABLE run_operations (
  run_id TEXT NOT NULL REFERENCES runs(id),
  position INTEGER NOT NULL,
  operation_id TEXT NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  phase TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  started_at TEXT,
  duration_ms INTEGER,
  detail TEXT,
  error_code TEXT,
  error_message TEXT,
  PRIMARY KEY (run_id, operation_id)
);

CREATE TABLE migration_attempts (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects(id),
  target_name TEXT NOT NULL,
  migration_file TEXT NOT NULL,
  migration_checksum TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  applied_by TEXT NOT NULL,
  execution_time_ms INTEGER NOT NULL,
  status TEXT NOT NULL,
  error_message TEXT,
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  operation_id TEXT NOT NULL,
  try INTEGER NOT NULL,
  moved_from TEXT,
  UNIQUE(run_id, seq)
);
CREATE INDEX idx_migration_attempts_moved ON migration_attempts(project_id, target_name, moved_from) WHERE moved_from IS NOT NULL;
CREATE INDEX idx_migration_attempts_file ON migration_attempts(project_id, target_name, migration_file);
CREATE TRIGGER migration_attempts_keep_rows BEFORE DELETE ON migration_attempts
  BEGIN SELECT RAISE(ABORT, 'migration_attempts only grows'); END;
CREATE TRIGGER migration_attempts_keep_values BEFORE UPDATE ON migration_attempts
  BEGIN SELECT RAISE(ABORT, 'migration_attempts only grows'); END;

CREATE TABLE outputs (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects(id),
  target_name TEXT NOT NULL,
  output_name TEXT NOT NULL,
  type TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs(id),
  updated_at TEXT NOT NULL,
  UNIQUE(project_id, target_name, output_name)
);

CREATE TABLE journal_positions (
  run_id TEXT PRIMARY KEY REFERENCES runs(id),
  bytes INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  damage TEXT
);

CREATE TABLE pruned_runs (
  run_id TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL
);

PRAGMA user_version = ${SCHEMA_VERSION};
`;
