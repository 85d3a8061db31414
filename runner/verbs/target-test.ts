import type { TargetId, World } from '../../core/index.ts';
import { type ExitCode, exitCodes } from '../../protocol/index.ts';
import { configuredTargets, targetNamed } from '../configured-targets.ts';
import { readTarget } from '../open-target.ts';
import type { Project } from '../project.ts';
import { ok, type Result } from '../result.ts';
import { gatherWays, type TargetWays } from '../target-test/gather-ways.ts';
import type { ProbeLimits, TargetProbe } from '../target-test/probe.ts';
import { probeCommand } from '../target-test/probe-command.ts';
import { probeDatabase } from '../target-test/probe-database.ts';
import { probeWeb } from '../target-test/probe-web.ts';

export type { TargetProbe } from '../target-test/probe.ts';

export interface TargetTestOptions {
  readonly project: Project;
  readonly world: World;
  readonly target: TargetId;
  /** Bounds each way by itself. */
  readonly timeoutMs: number;
}

/** Tries every way that leads to a target, one after the other, and changes nothing. Spec: orchestration, "Deployment Target Management". */
export async function testTarget(
  options: TargetTestOptions,
  signal: AbortSignal,
): Promise<Result<readonly TargetProbe[]>> {
  const configured = await configuredTargets(options);
  if (configured.type === 'error') return configured;
  const target = targetNamed(configured.value, options.target);
  if (target.type === 'error') return target;
  const knowledge = await readTarget(options);
  if (knowledge.type === 'error') return knowledge;
  const ways = gatherWays(target.value, knowledge.value, options.world);
  if (ways.type === 'error') return ways;
  const probes = await tryEach(ways.value, options, { timeoutMs: options.timeoutMs, signal });
  const { redact } = ways.value.redactor;
  return ok(probes.map((probe) => ({ ...probe, at: redact(probe.at), detail: redact(probe.detail) })));
}

async function tryEach(
  { database, web, command, env }: TargetWays,
  { world, target }: TargetTestOptions,
  limits: ProbeLimits,
): Promise<readonly TargetProbe[]> {
  const folder = world.files.absolute('.');
  const given = { SRDEPLOY_TARGET: target, DEPLOYMENT_TARGET: target, SRDEPLOY_PROJECT_DIR: folder };
  const marker = `target-test-${target}`;
  const tries = [
    database && (() => probeDatabase(database.resolved, database.written, world, limits)),
    web && (() => probeWeb(web.request, web.check, world, limits)),
    command && (() => probeCommand({ command, folder, env: { ...env, ...given }, marker }, world, limits)),
  ];
  const probes: TargetProbe[] = [];
  for (const attempt of tries) if (attempt) probes.push(await attempt());
  return probes;
}

/** What is not known to be reachable weighs most. Spec: rulings, "Exit codes of the CLI". */
export function targetTestExitCode(probes: readonly TargetProbe[]): ExitCode {
  const has = (outcome: TargetProbe['outcome']) => probes.some((probe) => probe.outcome === outcome);
  if (has('cancelled')) return exitCodes.cancelled;
  if (has('unreachable')) return exitCodes.unknown;
  return has('failed') ? exitCodes.stepFailed : exitCodes.done;
}
