import type { Desk } from '../desk.ts';
import { scopedPlanFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Plans a document and shows the preview. */
export async function plan(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await scopedPlanFor(desk, argument, 'Plan Deployment');
  if (ref) await desk.planPanels.show(ref);
}
