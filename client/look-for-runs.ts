import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployConfigIn } from '../core/index.ts';
import type { Desk } from './desk.ts';
import { mayAct } from './may-act.ts';
import { runsFolder } from './run-files.ts';

type Parts = Pick<Desk, 'projects' | 'runs'>;

/** Reads the runs of projects that have any, so that one under way shows in the status bar of a window that has just opened; and watches. */
export async function lookForRuns({ projects, runs }: Parts): Promise<void> {
  if (mayAct() !== undefined) return;
  for (const project of await projects.all()) {
    if (existsSync(runsFolder(project)) || tellsWindows(project)) await runs.refresh(project);
  }
}

/** Watches the projects that tell the windows of their runs, where they are not watched already. */
export async function watchToldProjects({ projects, runs }: Parts): Promise<void> {
  if (mayAct() !== undefined) return;
  for (const project of await projects.all()) {
    // What came to be since the window was opened is told, though it was not watched yet.
    if (tellsWindows(project) && !runs.isLoaded(project)) await runs.refresh(project);
  }
}

/** Whether a project's deploy config may have a channel to the windows of VS Code: a look at its text, for which no process is started. */
export function tellsWindows(project: string): boolean {
  try {
    const config = deployConfigIn(readdirSync(project));
    return config !== undefined && /"vscode"/.test(readFileSync(join(project, config), 'utf8'));
  } catch {
    return false; // What cannot be read asks for nothing.
  }
}
