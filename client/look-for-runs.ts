import { existsSync } from 'node:fs';
import type { Desk } from './desk.ts';
import { mayAct } from './may-act.ts';
import { runsFolder } from './run-files.ts';

/** Reads the runs of projects that have any, so that one under way shows in the status bar of a window that has just opened. */
export async function lookForRuns({ projects, runs }: Pick<Desk, 'projects' | 'runs'>): Promise<void> {
  if (mayAct() !== undefined) return;
  for (const project of await projects.all()) {
    if (existsSync(runsFolder(project))) await runs.refresh(project);
  }
}
