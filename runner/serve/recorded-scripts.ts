import { scriptChecksum, type TargetId } from '../../core/index.ts';
import type { ServeVerbs } from '../../protocol/index.ts';
import type { ServeProject } from './serve-projects.ts';

/** More rows of one target than any project has. */
const everyRow = 10_000_000;

/** What the project's own history says of scripts on a target; those that it does not know are left out. The target is not asked. */
export async function recordedScripts(
  target: TargetId,
  scripts: readonly string[],
  { history, world }: Pick<ServeProject, 'history' | 'world'>,
): Promise<ServeVerbs['recorded-scripts']['reply']> {
  const wanted = new Set(scripts);
  const rows = await history.migrationHistory(target, everyRow);
  const known = rows.filter(({ file }) => wanted.has(file));
  const recorded = await Promise.all(
    known.map(async ({ file, status, appliedAt, appliedBy, checksum }) => ({
      file,
      status,
      at: appliedAt,
      ...(appliedBy !== undefined && { by: appliedBy }),
      isChanged: status === 'success' && (await isChanged(file, checksum, world)),
    })),
  );
  return { scripts: recorded, knowsTarget: rows.length > 0 };
}

/** Whether a file differs from what was applied; not said of one that is gone or that reads other files. */
async function isChanged(path: string, checksum: string, world: ServeProject['world']): Promise<boolean> {
  const read = await world.files.readText(path);
  if (read.type !== 'found' || /^\s*\\i/m.test(read.text)) return false;
  return scriptChecksum(read.text, [], world.hasher) !== checksum;
}
