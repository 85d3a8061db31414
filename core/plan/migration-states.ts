import type { OperationId } from '../model/ids.ts';
import type { AppliedMigration, MigrationState, MigrationStatus } from '../model/migration.ts';
import type { MigrationOperation, ScriptRef } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { isRepeatable } from '../read/migration-name.ts';
import { migrationVersion } from '../read/migration-version.ts';

export interface MigrationStanding {
  readonly state: MigrationState;
  readonly note: string | undefined;
  readonly row: AppliedMigration | undefined;
  /** True where it may be the new name of an applied file, and others may be too: it is not run until a person says which. */
  readonly isUnclear?: true;
}

/** What is known outside the target: which recorded files are gone from the project, and which failed when last tried. */
export interface LocalKnowledge {
  readonly isGone: (path: string) => boolean;
  readonly failed: ReadonlySet<string>;
  /** How many statements the SQL of a row has, for the note of one that stopped half-way; absent: not said. */
  readonly statementsIn?: (row: AppliedMigration) => number;
}

/** How a script stands against the rows of the target's own history. Spec: rulings, "Migration history, twice". */
export function migrationStanding(
  script: ScriptRef,
  rows: readonly AppliedMigration[],
  local: LocalKnowledge,
): MigrationStanding {
  const row = rows.find(({ path }) => path === script.path);
  if (!row) return standingWithoutRow(script, rows, local);
  switch (row.status) {
    case 'rolled_back':
      return { state: 'rolled_back', note: 'will be applied again', row };
    case 'started':
    case 'rolling_back':
      return { state: 'failed', note: stoppedNote(row, local), row };
    case 'succeeded':
      return appliedStanding(script, row);
  }
}

function standingWithoutRow(
  script: ScriptRef,
  rows: readonly AppliedMigration[],
  local: LocalKnowledge,
): MigrationStanding {
  const renamed = rows.find(
    (one) => one.status === 'succeeded' && one.checksum === script.checksum && local.isGone(one.path),
  );
  if (renamed) return { state: 'renamed', note: `applied as ${renamed.path}`, row: renamed };
  return local.failed.has(script.path)
    ? { state: 'failed', note: 'failed when last tried; nothing of it is applied', row: undefined }
    : { state: 'pending', note: undefined, row: undefined };
}

function appliedStanding(script: ScriptRef, row: AppliedMigration): MigrationStanding {
  if (row.checksum === script.checksum) return { state: 'applied', note: undefined, row };
  if (row.tokenChecksum === script.tokenChecksum)
    return { state: 'applied', note: 'the file differs only in comments and white space', row };
  return isRepeatable(script.path)
    ? { state: 'pending', note: 'changed since it was applied', row }
    : { state: 'changed', note: 'the file was changed after it was applied', row };
}

/** How far a migration came that runs statement by statement: "stopped after statement 2 of 7; statement 3 was in flight". */
function stoppedNote(row: AppliedMigration, { statementsIn }: LocalKnowledge): string {
  const of = statementsIn ? ` of ${statementsIn(row)}` : '';
  const what = row.status === 'rolling_back' ? 'rolling back stopped' : 'stopped';
  const where = row.statementIndex === 0 ? `before statement 1${of}` : `after statement ${row.statementIndex}${of}`;
  return `${what} ${where}${row.inFlight ? `; statement ${row.statementIndex + 1} was in flight` : ''}`;
}

/** The migrations of a plan, in its order. */
export const migrationsOf = (plan: Pick<Plan, 'operations'>): readonly MigrationOperation[] =>
  plan.operations.filter((operation) => operation.type === 'migration');

/** What is known of the database behind a connection; undefined: of the target's own. */
export interface Knowledge {
  /** The rows of its history; undefined: not readable. */
  rowsOn(connection: string | undefined): readonly AppliedMigration[] | undefined;
  localOn(connection: string | undefined): LocalKnowledge;
}

/** The status table of a plan: its migrations in order, then recorded files that are gone, by database. */
export function migrationStatuses(plan: Plan, knowledge: Knowledge): readonly MigrationStatus[] {
  const found = standingsOf(plan, knowledge);
  const planned = migrationsOf(plan).map((operation): MigrationStatus => {
    const { script, database } = operation;
    const standing = found.get(operation.id);
    return {
      file: script.path,
      version: migrationVersion(script.path),
      state: standing?.state ?? 'unknown',
      checksum: script.checksum,
      appliedAt: standing?.state === 'pending' ? undefined : standing?.row?.appliedAt,
      note: standing?.note,
      ...(database !== undefined && { database }),
    };
  });
  const missing = connectionsOf(plan).flatMap((name) => missingOn(name, plan, found, knowledge));
  return [...planned, ...missing];
}

function missingOn(
  connection: string | undefined,
  plan: Plan,
  found: ReadonlyMap<OperationId, MigrationStanding>,
  { rowsOn, localOn }: Knowledge,
): readonly MigrationStatus[] {
  const own = migrationsOf(plan).filter((one) => one.connection === connection);
  const database = own[0]?.database;
  const files = new Set(own.map(({ script }) => script.path));
  const standings = own.map(({ id }) => found.get(id));
  const renamed = new Set(standings.flatMap((one) => (one?.state === 'renamed' ? [one.row?.path] : [])));
  const { isGone } = localOn(connection);
  return (rowsOn(connection) ?? [])
    .filter(({ path, status }) => status === 'succeeded' && !files.has(path) && !renamed.has(path) && isGone(path))
    .map(
      (row): MigrationStatus => ({
        file: row.path,
        version: row.version,
        state: 'missing',
        checksum: row.checksum,
        appliedAt: row.appliedAt,
        note: 'applied, but the file is gone from the project',
        ...(database !== undefined && { database }),
      }),
    );
}

/** The connections that a plan's migrations run on; of a plan without any the target's own. */
const connectionsOf = (plan: Pick<Plan, 'operations'>): readonly (string | undefined)[] => {
  const names = new Set(migrationsOf(plan).map(({ connection }) => connection));
  return names.size === 0 ? [undefined] : [...names];
};

/** The standing of each migration by its operation, in the order of the plan, each by the history of its own database. */
export function standingsOf(
  plan: Pick<Plan, 'operations'>,
  { rowsOn, localOn }: Knowledge,
): ReturnType<typeof standingsByOperation> {
  const migrations = migrationsOf(plan);
  const parts = connectionsOf(plan).map((name) => {
    const operations = migrations.filter(({ connection }) => connection === name);
    return standingsByOperation({ operations }, rowsOn(name), localOn(name));
  });
  if (parts.length === 1 && parts[0]) return parts[0];
  const all = new Map(parts.flatMap((part) => [...part]));
  return new Map(migrations.flatMap(({ id }) => (all.has(id) ? [[id, all.get(id) as MigrationStanding]] : [])));
}

/** The standing of each migration by its operation, of migrations that run in one database. A row is taken for renamed only where one file alone could be it. */
export function standingsByOperation(
  plan: Pick<Plan, 'operations'>,
  rows: readonly AppliedMigration[] | undefined,
  local: LocalKnowledge,
): ReadonlyMap<OperationId, MigrationStanding> {
  const unknown: MigrationStanding = { state: 'unknown', note: 'the target could not be read', row: undefined };
  const alike = rows && rowsAlike(rows);
  const standings = migrationsOf(plan).map(
    ({ id, script }) => [id, alike ? migrationStanding(script, alike(script), local) : unknown] as const,
  );
  const renames = new Map<AppliedMigration, number>();
  for (const [, { state, row }] of standings)
    if (state === 'renamed' && row) renames.set(row, (renames.get(row) ?? 0) + 1);
  return new Map(
    standings.map(([id, one]) => [
      id,
      one.state === 'renamed' && one.row && (renames.get(one.row) ?? 0) > 1 ? couldBeRenamed(one.row) : one,
    ]),
  );
}

/** The rows that can say anything of a script: its own, else those of its content. */
function rowsAlike(rows: readonly AppliedMigration[]): (script: ScriptRef) => readonly AppliedMigration[] {
  const byPath = new Map(rows.map((row) => [row.path, row]));
  const byChecksum = new Map<string, AppliedMigration[]>();
  for (const row of rows) {
    const same = byChecksum.get(row.checksum);
    if (same) same.push(row);
    else byChecksum.set(row.checksum, [row]);
  }
  return ({ path, checksum }) => {
    const own = byPath.get(path);
    return own ? [own] : (byChecksum.get(checksum) ?? []);
  };
}

const couldBeRenamed = ({ path }: AppliedMigration): MigrationStanding => ({
  state: 'pending',
  note: `${path} of the same content was applied and is gone; more than one file could be it`,
  row: undefined,
  isUnclear: true,
});
