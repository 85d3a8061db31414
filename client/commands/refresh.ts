import type { Desk } from '../desk.ts';
import { mayAct } from '../may-act.ts';

/** Reads plans, targets and runs again; connects to nothing. Needed only where files change without telling, as on network disks. */
export async function refresh(desk: Desk): Promise<void> {
  desk.plans.refresh();
  desk.targets.refresh();
  if (mayAct() !== undefined) return;
  for (const project of await desk.projects.all()) await desk.runs.refresh(project);
}
