import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fleetFolder, listFleets as fleetsIn, readFleetJournal, replaceFile } from '../../adapters/index.ts';
import {
  type FleetId,
  type FleetRecord,
  type FleetTargetRecord,
  type FleetTargetView,
  type FleetView,
  fleetTargetView,
  fleetView,
  foldFleet,
  isFleetId,
  type Liveness,
  type Plan,
  type World,
} from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { livenessOf } from '../liveness.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { RunStore } from '../run-store.ts';

/** A project whose fleets are looked at. */
export interface FleetProject {
  readonly project: { readonly root: string };
  readonly store: RunStore;
  readonly world: Pick<World, 'leases' | 'processes'>;
}

const planFile = (project: string, fleet: FleetId): string => join(fleetFolder(project, fleet), 'plan.json');

/** The fleets of a project, newest first. */
export const listFleets = (project: string): Promise<readonly FleetId[]> => fleetsIn(project);

/** Keeps the plan of a fleet's first target, from which those of targets that are started later are made. */
export const saveFleetPlan = (project: string, fleet: FleetId, plan: Plan): Promise<void> =>
  replaceFile(planFile(project, fleet), `${JSON.stringify(plan)}\n`);

/** The plan that was kept; undefined where it is missing or broken. */
export async function readFleetPlan(project: string, fleet: FleetId): Promise<Plan | undefined> {
  try {
    const plan = JSON.parse(await readFile(planFile(project, fleet), 'utf8')) as Partial<Plan> | null;
    return plan?.v === 1 && plan.source && plan.operations ? (plan as Plan) : undefined;
  } catch {
    return undefined; // Missing, cut off or overwritten: whoever asks for it says so.
  }
}

/** The fleet that a person names: a whole id, the beginning or end of exactly one, or `latest`. */
export async function namedFleet(project: string, word: string): Promise<Result<FleetId>> {
  const fleets = await listFleets(project);
  const fits = (id: FleetId) =>
    isFleetId(word) ? id === word : id.startsWith(word) || id.endsWith(word) || id.startsWith(`fleet-${word}`);
  const matching = word === 'latest' ? fleets.slice(0, 1) : word === '' ? [] : fleets.filter(fits);
  const [only, ...others] = matching;
  if (!only) {
    const message = `There is no fleet "${word}" in this project. List them with: srdeploy fleet list`;
    return refuse('NO_SUCH_FLEET', message, exitCodes.invalidInput);
  }
  if (others.length === 0) return ok(only);
  const message = `"${word}" fits several fleets: ${matching.join(', ')}. Write more of the id.`;
  return refuse('AMBIGUOUS_FLEET', message, exitCodes.invalidInput);
}

/** What a fleet's journal says; exit 10 where it cannot be read. */
export async function fleetRecord(project: string, fleet: FleetId): Promise<Result<FleetRecord>> {
  const record = foldFleet(await readFleetJournal(project, fleet));
  if (record) return ok(record);
  const message = `The journal of ${fleet} is missing or does not begin. Its runs are complete: srdeploy runs list`;
  return refuse('FLEET_DAMAGED', message, exitCodes.unknown);
}

/** A fleet as it stands now: its targets by the journals of their runs, which is the truth whatever became of the fleet's process. */
export async function showFleet(fleet: FleetId, options: FleetProject): Promise<Result<FleetView>> {
  const found = await fleetRecord(options.project.root, fleet);
  if (found.type === 'error') return found;
  const targets: FleetTargetView[] = [];
  for (const target of found.value.targets) targets.push(await fleetTargetNow(target, options));
  return ok(fleetView(found.value, targets, await fleetLiveness(found.value, options.world)));
}

/** How one target stands now. */
export async function fleetTargetNow(
  target: FleetTargetRecord,
  { store, world }: FleetProject,
): Promise<FleetTargetView> {
  const record = target.run === undefined ? undefined : await store.record(target.run);
  const liveness = record ? await livenessOf(record, store.folder(record.id), world) : 'dead';
  return fleetTargetView(target, record, liveness);
}

/** Whether the process of the latest start is still there. */
export async function fleetLiveness(
  { finishedAt, process }: FleetRecord,
  { processes }: Pick<World, 'processes'>,
): Promise<Liveness> {
  if (finishedAt !== undefined || !process) return 'dead';
  return (await processes.liveness(process)) === 'gone' ? 'dead' : 'live';
}

/** Two processes never run one fleet. */
export const fleetRunning = (fleet: FleetId, pid: number | undefined): Result<never> =>
  refuse(
    'FLEET_RUNNING',
    `Process ${pid} runs ${fleet}: wait until it has ended, or end it and resume.`,
    exitCodes.locked,
  );
