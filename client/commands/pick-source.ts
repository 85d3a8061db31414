import { dirname } from 'node:path';
import { RelativePattern, Uri, window, workspace } from 'vscode';
import type { Desk } from '../desk.ts';
import { type PlanRef, planRef } from '../project-of.ts';
import type { TargetNode } from '../views/targets-tree.ts';

const FOLDERS = '**/{migrations,migration,migrate}/*.sql';
/** Enough to know the folders by; the search ends there. */
const MOST_SCRIPTS = 500;

/** What is deployed to a target: the only thing that its project has, or the person's choice. Undefined: none. */
export async function sourceFor(desk: Desk, node: TargetNode, title: string): Promise<PlanRef | undefined> {
  const { project, target } = node;
  const plans = (await desk.plans.of(project, false)).map((one) => ({
    label: one.kind === 'config' ? one.config.name : one.plan.name,
    file: one.file,
  }));
  const folders = await foldersOf(project);
  const all = [...plans, ...folders.map((file) => ({ label: file === '' ? 'The project folder' : file, file }))];
  if (all.length === 0) {
    const where = 'add groups to the deploy config, a plan document, or a folder “migrations”';
    void window.showInformationMessage(`${title}: there is nothing to deploy to ${target} yet. To begin, ${where}.`);
    return undefined;
  }
  const items = all.map((one) => ({ ...one, detail: one.file }));
  const placeHolder = `Choose what is deployed to ${target}`;
  const choice = items.length === 1 ? items[0] : await window.showQuickPick(items, { title, placeHolder });
  return choice && { project, file: choice.file, target };
}

async function foldersOf(project: string): Promise<readonly string[]> {
  const scripts = await workspace.findFiles(new RelativePattern(Uri.file(project), FOLDERS), undefined, MOST_SCRIPTS);
  return [...new Set(scripts.map(({ fsPath }) => planRef(project, dirname(fsPath)).file))].sort();
}
