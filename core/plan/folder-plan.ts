import type { TargetId } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import type { MigrationPlace } from '../model/plan-document.ts';
import { isError, type Problem, unplacedProblem } from '../model/problem.ts';
import type { Hasher } from '../ports/hasher.ts';
import type { SqlSyntax } from '../ports/sql-syntax.ts';
import { withAddressVariables } from './address-variables.ts';
import { duplicateVersions } from './duplicate-versions.ts';
import { withoutEmptyRollbacks } from './empty-scripts.ts';
import { findVersion } from './find-migration.ts';
import { folderDocument } from './folder-document.ts';
import { type GatherWorld, gatherFor, type PlanInputs } from './gather.ts';
import { type Leaves, leaves, withLeave } from './leaves.ts';
import { draftPlan, type PlanResult, signed } from './make-plan.ts';
import { type MigrationFile, migrationFiles } from './migration-files.ts';
import { fileProblem } from './named-file.ts';
import type { PlanShape } from './plan-shape.ts';
import type { AddressLooks } from './planned-connections.ts';

/** A folder of migrations that is to be planned. Paths are relative to the project, with `/`. */
export interface FolderRequest {
  readonly folder: string;
  /** The files in the folder, and in those below where they are followed. */
  readonly paths: readonly string[];
  /** Folders below that hold SQL files and are not followed. */
  readonly unfollowed: readonly string[];
  readonly configFile: string | undefined;
  readonly target: TargetId | undefined;
  /** The database whose migrations they are; absent: the target's own. */
  readonly via?: MigrationPlace | undefined;
  /** What the variables say that hold addresses of databases. */
  readonly addresses?: AddressLooks;
  readonly shape: PlanShape;
  /** True where nothing will be run: what is odd about names and versions is told and refuses nothing. */
  readonly isLook: boolean;
  readonly createdAt: Date;
}

export interface FolderInputs {
  readonly request: FolderRequest;
  readonly files: readonly MigrationFile[];
  readonly inputs: PlanInputs;
}

/** Reads what the plan of a folder is made from; changes nothing and asks no database. */
export async function gatherFolder(world: GatherWorld, request: FolderRequest): Promise<FolderInputs> {
  const { files, problems: odd } = migrationFiles(request.paths);
  const problems = request.isLook ? odd.map(asWarning) : odd;
  // Without a target there is nothing to look up, and planning says so.
  const document =
    request.target === undefined
      ? undefined
      : folderDocument(request.folder, files, undefined, request.target, request.via);
  const inputs = await gatherFor({ document, problems }, world, request);
  return { request, files, inputs };
}

/**
 * Compiles the migrations of a folder to a plan for the target that was asked for, or says everything that keeps it from being one.
 * Nothing of what is pending takes part. Spec: rulings, "Migration history, twice".
 */
export function makeFolderPlan(
  { request, files, inputs }: FolderInputs,
  world: { readonly hasher: Hasher; readonly syntax: SqlSyntax },
): PlanResult {
  const { folder, shape } = request;
  const allowed = leaves(files, shape);
  const cut = cutFiles(files, shape.to);
  const problems = [
    ...folderProblems({ request, files, inputs }),
    ...allowed.problems,
    ...cut.problems,
    ...duplicateVersions(
      versioned(cut.files),
      new Set(allowed.duplicates.keys()),
      request.isLook ? 'warning' : 'error',
    ),
  ];
  if (problems.some(isError)) return { type: 'refused', problems: [...inputs.problems, ...problems] };

  const filled = request.isLook ? cut : withoutEmptyRollbacks(cut.files, inputs, world.syntax, request.via?.connection);
  const document = folderDocument(folder, filled.files, inputs.config, request.target, request.via);
  const made = draftPlan(
    {
      ...inputs,
      document,
      problems: [...inputs.problems, ...problems, ...filled.problems],
      tellsScripts: true,
      ...(shape.transaction && { transaction: shape.transaction }),
    },
    world,
  );
  // What a document is warned of, a folder is refused for above, or was given leave.
  const isOwn = (problem: Problem) => problem.file !== folder;
  if (made.type === 'refused') return { ...made, problems: made.problems.filter(isOwn) };
  const plan = signed(folderPlan(made.plan, request, allowed, inputs.config), world.hasher);
  return { ...made, plan, findings: made.findings.filter(isOwn) };
}

const asWarning = (problem: Problem): Problem => (isError(problem) ? { ...problem, severity: 'warning' } : problem);

/** The files up to the version that was asked for. What has no version comes after all versions. */
function cutFiles(
  files: readonly MigrationFile[],
  to: string | undefined,
): { readonly files: readonly MigrationFile[]; readonly problems: readonly Problem[] } {
  if (to === undefined) return { files, problems: [] };
  const found = findVersion(
    to,
    files.map(({ path }) => path),
  );
  if (found.type === 'refused') return { files, problems: [found.problem] };
  return { files: files.slice(0, found.value + 1), problems: [] };
}

const versioned = (files: readonly MigrationFile[]) =>
  files.flatMap(({ path, version }) => (version === undefined ? [] : [{ path, version }]));

function folderProblems({ request, files, inputs }: FolderInputs): readonly Problem[] {
  const { folder, target, unfollowed } = request;
  const below = unfollowed.map((path) =>
    fileProblem(
      'FOLDER_NOT_FOLLOWED',
      path,
      `${path} holds SQL files and is not followed. Add --recursive to follow it.`,
      'hint',
    ),
  );
  return [
    ...below,
    ...(files.length > 0 ? [] : [noMigrations(folder)]),
    ...(target === undefined ? [targetMissing(inputs)] : []),
  ];
}

const noMigrations = (folder: string): Problem => ({
  ...unplacedProblem(
    'NO_MIGRATIONS',
    `${folder || 'The folder'} holds no migrations. Begin one with: srdeploy migration new ${folder || '.'} "what it does"`,
  ),
  file: folder,
});

function targetMissing({ config }: PlanInputs): Problem {
  const known = [...(config?.targets.keys() ?? [])];
  const next =
    known.length > 0 ? `Known targets: ${known.join(', ')}.` : 'The deploy config has no "targets" yet; add one.';
  return unplacedProblem(
    'TARGET_MISSING',
    `A folder of migrations has no target of its own: name one with --target. ${next}`,
  );
}

function folderPlan(
  made: Omit<Plan, 'digest'>,
  { shape, via }: FolderRequest,
  allowed: Leaves,
  config: PlanInputs['config'],
): Omit<Plan, 'digest'> {
  const source = {
    ...made.source,
    kind: 'migrations_folder' as const,
    ...(shape.to !== undefined && { to: shape.to }),
  };
  const plan = { ...made, source, operations: made.operations.map((one) => withLeave(one, allowed)) };
  // What runs in another database leaves the target's own alone.
  return via ? withAddressVariables({ ...plan, connection: undefined }, config) : plan;
}
