import type { Desk } from '../desk.ts';

/** Reads plans and runs again. Needed only where files change without telling, as on network disks. */
export async function refresh(desk: Desk): Promise<void> {
  desk.plans.refresh();
  for (const project of await desk.projects.all()) await desk.runs.refresh(project);
}
