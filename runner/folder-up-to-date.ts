import {
  checkConfigText,
  type DeployConfig,
  type HistoryGlance,
  isError,
  migrationFiles,
  observeTarget,
  type ResolvedConnection,
  resolveConnection,
  scriptChecksum,
  type TargetId,
  type World,
} from '../core/index.ts';
import { isFolder, listFolder } from './migration-folder.ts';
import type { Project } from './project.ts';

/** What is asked: a folder of migrations, relative to the project with `/`, against a target. */
export interface UpToDateOptions {
  readonly project: Project;
  readonly world: World;
  readonly file: string;
  readonly target: TargetId | undefined;
}

/**
 * How many migrations a folder holds where the target has recorded every one of them, exactly as it is now and nothing else of the folder.
 * Undefined where that is not so, or where it takes a closer look to tell: then a plan is made. The target is asked while the files are
 * read, and no script is taken apart: finding nothing to do is what is asked for most.
 */
export async function folderUpToDate(options: UpToDateOptions, signal: AbortSignal): Promise<number | undefined> {
  const { project, world, file, target } = options;
  if (target === undefined || !isFolder(project, file)) return undefined;
  const config = await configOf(options);
  const connection = config && connectionOf(config, target, world);
  if (!connection) return undefined;
  const [recorded, checksums] = await Promise.all([
    recordedIn(connection, config.project ?? '', world, signal),
    checksumsIn(options),
  ]);
  if (!recorded || !checksums || checksums.size === 0) return undefined;
  const prefix = file === '' || file === '.' ? '' : `${file}/`;
  const rows = recorded.filter(({ path }) => path.startsWith(prefix));
  return rows.length === checksums.size && rows.every((row) => isAsRecorded(row, checksums))
    ? checksums.size
    : undefined;
}

async function recordedIn(
  connection: ResolvedConnection,
  scope: string,
  { databases }: World,
  signal: AbortSignal,
): Promise<readonly HistoryGlance[] | undefined> {
  const glance = await databases.peekHistory?.(connection, scope);
  if (glance) return glance;
  const observation = await observeTarget({ project: scope }, connection, databases, signal);
  return observation.type === 'reached' ? observation.rows : undefined;
}

const isAsRecorded = ({ path, status, checksum }: HistoryGlance, checksums: ReadonlyMap<string, string>): boolean =>
  status === 'succeeded' && checksums.get(path) === checksum;

async function configOf({ project, world }: UpToDateOptions): Promise<DeployConfig | undefined> {
  if (project.configFile === undefined) return undefined;
  const read = await world.files.readText(project.configFile);
  if (read.type !== 'found') return undefined;
  const { config, problems } = checkConfigText(project.configFile, read.text);
  return problems.some(isError) ? undefined : config;
}

function connectionOf(config: DeployConfig, target: TargetId, world: World): ResolvedConnection | undefined {
  const ref = config.targets.get(target)?.value.connectionRef;
  const connection = ref === undefined ? undefined : config.connections.get(ref)?.value;
  const resolved = connection && resolveConnection(connection, world);
  return resolved?.type === 'resolved' ? resolved.connection : undefined;
}

/** Of a file that reads others this is another checksum than the recorded one, so that a plan is made. */
async function checksumsIn({
  project,
  world,
  file,
}: UpToDateOptions): Promise<ReadonlyMap<string, string> | undefined> {
  const { files, problems } = migrationFiles(listFolder(project, file === '' ? '.' : file, false).paths);
  if (problems.some(isError)) return undefined;
  const checksums = new Map<string, string>();
  for (const { path } of files) {
    const read = await world.files.readText(path);
    if (read.type !== 'found') return undefined;
    checksums.set(path, scriptChecksum(read.text, [], world.hasher));
  }
  return checksums;
}
