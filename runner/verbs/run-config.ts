import { readKeptConfig } from '../../adapters/index.ts';
import type { RunId, RunRecord, UsedConfig } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import type { Project } from '../project.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { RunStore } from '../run-store.ts';
import { missingRun } from './resume.ts';

/** The deploy config that a run used, secrets masked. */
export interface RunConfig extends UsedConfig {
  readonly text: string;
}

/** The deploy config of the last attempt of a run that had one. */
export async function runConfig(
  run: RunId,
  { project, store }: { readonly project: Project; readonly store: RunStore },
): Promise<Result<RunConfig>> {
  const record = await store.record(run);
  if (!record) return refuse(...missingRun(run, record, await store.plan(run)));
  const used = usedConfig(record);
  if (!used) {
    const message = `Run ${run} used no deploy config: the project had none, or the run is older than what is kept.`;
    return refuse('NO_CONFIG_KEPT', message, exitCodes.invalidInput);
  }
  const kept = await readKeptConfig(project.root, used.digest);
  if (kept) return ok({ ...used, text: kept.text });
  const message = `The config that run ${run} used, ${used.file} with the digest ${used.digest}, is not in .srdeploy/configs any more.`;
  return refuse('CONFIG_LOST', message, exitCodes.unknown);
}

const usedConfig = ({ attempts }: Pick<RunRecord, 'attempts'>): UsedConfig | undefined =>
  attempts.findLast(({ config }) => config !== undefined)?.config;
