import { setImmediate } from 'node:timers/promises';
import {
  checkConfigText,
  type DeployConfig,
  type HistoryGlance,
  isError,
  migrationFiles,
  type Observation,
  observeTarget,
  type ReadFile,
  type ResolvedConnection,
  type RunId,
  resolveConnection,
  scriptChecksum,
  type TargetId,
  type World,
} from '../core/index.ts';
import { isFolder, listFolder } from './migration-folder.ts';
import type { SeenTarget } from './observed-plan.ts';
import type { Project } from './project.ts';

type Reached = Extract<Observation, { readonly type: 'reached' }>;

/** What is asked: a folder of migrations, relative to the project with `/`, against a target. */
export interface UpToDateOptions {
  readonly project: Project;
  readonly world: World;
  readonly file: string;
  readonly target: TargetId | undefined;
  /** The run that will be asked for where there is something to do, in this process. */
  readonly run: RunId | undefined;
}

/**
 * `applied`: the target has recorded every migration of the folder, exactly as it is now and nothing else of the folder. `open`: that is not so, or it
 * takes a closer look to tell, and a plan is made; `seen` is what the target has just said, where it was asked.
 */
export type FolderLook =
  | { readonly type: 'applied'; readonly target: TargetId; readonly migrations: number }
  | { readonly type: 'open'; readonly seen: SeenTarget | undefined };

/** The target is asked while the files are read, and no script is taken apart: finding nothing to do is what is asked for most. */
export async function folderUpToDate(options: UpToDateOptions, signal: AbortSignal): Promise<FolderLook> {
  const { project, world, file, target, run } = options;
  if (target === undefined || !isFolder(project, file)) return unseen;
  const config = await configOf(options);
  const connection = config && connectionOf(config, target, world);
  const { files, problems } = migrationFiles(listFolder(project, file === '' ? '.' : file, false).paths);
  if (!connection || files.length === 0 || problems.some(isError)) return unseen;
  const prefix = file === '' || file === '.' ? '' : `${file}/`;
  const scope = config.project ?? '';
  let isBehind = false;
  let seen: Omit<SeenTarget, 'texts'> | undefined;
  const texts = new Map<string, ReadFile>();
  const recording = recordedIn(connection, scope, world, signal).then((recorded) => {
    if (recorded.type === 'reached') seen = { connection, project: scope, observation: recorded };
    const rows =
      recorded.type === 'unreached' ? undefined : recorded.rows.filter(({ path }) => path.startsWith(prefix));
    isBehind = rows?.length !== files.length;
    if (isBehind && rows && run !== undefined) world.databases.expect?.(connection, run);
    return rows ?? [];
  });
  const reading = checksumsOf(files, texts, world, () => isBehind);
  const [rows, checksums] = await Promise.all([recording, reading]);
  if (!isBehind && checksums && rows.every((row) => isAsRecorded(row, checksums)))
    return { type: 'applied', target, migrations: files.length };
  if (!isBehind && run !== undefined) world.databases.expect?.(connection, run);
  return { type: 'open', seen: seen && { ...seen, texts } };
}

const unseen: FolderLook = { type: 'open', seen: undefined };

async function recordedIn(
  connection: ResolvedConnection,
  project: string,
  { databases }: World,
  signal: AbortSignal,
): Promise<
  Reached | { readonly type: 'glanced'; readonly rows: readonly HistoryGlance[] } | { readonly type: 'unreached' }
> {
  const glance = await databases.peekHistory?.(connection, project);
  if (glance) return { type: 'glanced', rows: glance };
  const observation = await observeTarget({ project }, connection, databases, signal);
  return observation.type === 'reached' ? observation : { type: 'unreached' };
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

/** After so many files other things have their turn, such as the answer of the target. */
const atOnce = 64;

/** By path, of the texts that are put into `texts`. Of a file that reads others this is another checksum than the recorded one, so that a plan is made. Undefined where it is in vain. */
async function checksumsOf(
  files: readonly { readonly path: string }[],
  texts: Map<string, ReadFile>,
  world: World,
  isInVain: () => boolean,
): Promise<ReadonlyMap<string, string> | undefined> {
  const checksums = new Map<string, string>();
  for (const [i, { path }] of files.entries()) {
    if (i % atOnce === 0) await setImmediate();
    if (isInVain()) return undefined;
    const read = await world.files.readText(path);
    if (read.type !== 'found') return undefined;
    texts.set(path, read);
    checksums.set(path, scriptChecksum(read.text, [], world.hasher));
  }
  return checksums;
}
