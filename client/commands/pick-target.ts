import { window } from 'vscode';
import type { Desk } from '../desk.ts';
import { lastFirst } from '../last-choices.ts';
import type { PlanRef } from '../project-of.ts';
import { isTargetNode, type TargetNode } from '../views/targets-tree.ts';

/** What has no target of its own, with one: the only one, or the person's choice, the last one in front. Undefined: none. */
export async function withTarget(desk: Desk, ref: PlanRef, title: string): Promise<PlanRef | undefined> {
  const targets = await desk.targets.of(ref.project);
  if (targets.length === 0) {
    const why = 'It is deployed to a target, and the deploy config of this project names none.';
    void window.showErrorMessage(`${title}: ${why} Add one with “Deployments: Add Target”.`);
    return undefined;
  }
  const choice =
    targets.length === 1 ? targets[0] : await choose(desk, targets, title, `Choose a target for ${ref.file}`);
  return choice && { ...ref, target: choice.target };
}

/** The target that a command is about: its argument, the only one, or the person's choice. Undefined: none. */
export async function targetFor(desk: Desk, argument: unknown, title: string): Promise<TargetNode | undefined> {
  if (isTargetNode(argument)) return argument;
  const targets = await desk.targets.all();
  if (targets.length === 0) {
    void window.showInformationMessage(
      `${title}: there is no target in this workspace yet. Add Target adds one to the deploy config.`,
    );
    return undefined;
  }
  return choose(desk, targets, title, 'Choose a target');
}

async function choose(
  desk: Desk,
  targets: readonly TargetNode[],
  title: string,
  placeHolder: string,
): Promise<TargetNode | undefined> {
  const isLast = ({ project, target }: TargetNode) => desk.choices.target(project) === target;
  const items = lastFirst(targets, isLast).map((node) => ({
    label: node.target,
    description: [
      node.said.production && 'PROD',
      node.said.name !== node.target && node.said.name,
      node.where,
      isLast(node) && 'last choice',
    ]
      .filter(Boolean)
      .join(' · '),
    node,
  }));
  const choice = await window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (choice) await desk.choices.setTarget(choice.node.project, choice.node.target);
  return choice?.node;
}
