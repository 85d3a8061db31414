import type { FleetView } from '../core/index.ts';
import { exitCodes } from '../protocol/index.ts';
import { type Cli, printJson, printLines } from './context.ts';
import { fleetSummaryLines, fleetWords } from './text/fleet-lines.ts';
import { safeText } from './text/safe-text.ts';

/** 0: all succeeded. What is worst decides: 10 where anything is unknown, 8 where a target failed, 9 where the fleet was cancelled. */
export function fleetExitCode({ status, stopped }: FleetView): number {
  switch (status) {
    case 'succeeded':
      return exitCodes.done;
    case 'failed':
      return exitCodes.stepFailed;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'incomplete':
      return stopped === 'cancelled' ? exitCodes.cancelled : exitCodes.stepFailed;
    default:
      return exitCodes.unknown;
  }
}

/** The table of what did not succeed and the counts, or one JSON object. */
export function printFleetEnd(cli: Cli, view: FleetView, as: 'text' | 'json' | 'none'): void {
  if (as === 'text') printLines(cli, fleetSummaryLines(view, cli.paint));
  if (as !== 'json') return;
  const isDone = view.status === 'succeeded';
  const error = {
    code: 'FLEET_INCOMPLETE',
    message: `${fleetWords(view)}. Go on with: srdeploy fleet resume ${view.id}`,
  };
  printJson(cli, { fleet: view, ...(!isDone && { error }) });
  if (!isDone) cli.err.write(`error ${error.code} ${safeText(error.message)}\n`);
}
