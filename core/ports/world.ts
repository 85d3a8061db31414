import type { Approvals } from './approvals.ts';
import type { AuditLog } from './audit.ts';
import type { Clock } from './clock.ts';
import type { Databases } from './databases.ts';
import type { Hasher } from './hasher.ts';
import type { LeaseStore } from './leases.ts';
import type { Ledger } from './ledger.ts';
import type { Operator } from './operator.ts';
import type { Processes } from './processes.ts';
import type { ProjectFiles } from './project-files.ts';
import type { SqlEffectsLoader } from './sql-effects.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import type { Variables } from './variables.ts';
import type { Web } from './web.ts';

/** Everything that the engine asks of the world; functions take the slice that they need. */
export interface World {
  readonly approvals: Approvals;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly databases: Databases;
  readonly effects: SqlEffectsLoader;
  readonly files: ProjectFiles;
  readonly hasher: Hasher;
  readonly leases: LeaseStore;
  readonly ledger: Ledger;
  readonly operator: Operator;
  readonly processes: Processes;
  readonly syntax: SqlSyntax;
  readonly variables: Variables;
  readonly web: Web;
}
