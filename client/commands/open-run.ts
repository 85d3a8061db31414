import type { Desk } from '../desk.ts';
import { runFor } from './pick.ts';
import { refuses } from './refuse.ts';

/** Shows a run: live while it goes on, and the same from its journal years later. */
export async function openRun(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const ref = await runFor(desk, argument, 'Open Run', () => true);
  if (!ref) return;
  desk.followed.add(ref.run);
  desk.runPanels.show(ref);
}
