import { readDotenv, type TargetId, unplacedProblem, type World } from '../core/index.ts';
import { ok, type Result, refuseProblems } from './result.ts';

/** The file beside the deploy config, which is never written. */
export async function readEnvFile({
  world,
  target,
}: {
  readonly world: Pick<World, 'files'>;
  readonly target: TargetId;
}): Promise<Result<ReadonlyMap<string, string>>> {
  const file = `.env.${target}`;
  const read = await world.files.readText(file);
  if (read.type === 'missing') return ok(new Map());
  if (read.type !== 'found') {
    const why = read.type === 'outside' ? 'leads out of the project' : 'cannot be read';
    return refuseProblems([unplacedProblem('FILE_UNREADABLE', `${file} ${why}. Mend it, or remove it.`)]);
  }
  const { values, problems } = readDotenv(file, read.text);
  return problems.length > 0 ? refuseProblems(problems) : ok(values);
}
