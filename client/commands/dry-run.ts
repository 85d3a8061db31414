import type { Desk } from '../desk.ts';
import { scopedPlanFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Shows what a run would do, with nothing that could start it: what `srdeploy run --dry-run` prints. */
export async function dryRun(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await scopedPlanFor(desk, argument, 'Dry Run');
  if (ref) await desk.planPanels.show({ ...ref, dryRun: true });
}
