import type { AppliedMigration } from '../model/migration.ts';
import type { Plan } from '../model/plan.ts';
import type { Databases, ResolvedConnection } from '../ports/databases.ts';

/** What the target said while planning. Nothing of it is part of the digest. */
export type Observation =
  /** The target is reached by commands only: there is no database to ask. */
  | { readonly type: 'without-database' }
  | { readonly type: 'reached'; readonly serverVersion: string; readonly rows: readonly AppliedMigration[] }
  | { readonly type: 'unreached'; readonly message: string };

/** Reads the target's own history in a read-only session: no file, table or row comes into being. */
export async function observeTarget(
  plan: Pick<Plan, 'project'>,
  connection: ResolvedConnection | undefined,
  databases: Databases,
  signal: AbortSignal,
): Promise<Observation> {
  if (!connection) return { type: 'without-database' };
  const options = { mode: 'read-only', timeoutMs: 10_000, onNotice: () => {}, marker: 'plan' } as const;
  const connected = await databases.connect(connection, options, signal);
  if (connected.type === 'missing-file') {
    return { type: 'reached', serverVersion: 'new database (the file does not exist yet)', rows: [] };
  }
  if (connected.type !== 'connected') return { type: 'unreached', message: connected.message };
  const { session } = connected;
  try {
    const rows = await session.readHistory(plan.project, signal);
    if (rows.type === 'done') return { type: 'reached', serverVersion: session.serverVersion, rows: rows.value ?? [] };
    return { type: 'unreached', message: rows.type === 'lost' ? rows.message : rows.error.message };
  } finally {
    await session.close();
  }
}
