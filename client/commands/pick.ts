import { Uri, window } from 'vscode';
import type { RunView } from '../../core/index.ts';
import { type ConfigGroupView, type LensPlace, lookOf, runStatusLooks } from '../../protocol/index.ts';
import type { Desk } from '../desk.ts';
import { planRefFrom } from '../panels/plan-panels.ts';
import { isConfigRef, needsTarget, type PlanRef, planRef } from '../project-of.ts';
import { projectOfUri } from '../projects.ts';
import { type RunRef, runRefOf } from '../run-files.ts';
import { agoText } from '../views/ago-text.ts';
import type { ConfigNode, DocumentNode } from '../views/plans-tree.ts';
import { isTargetNode } from '../views/targets-tree.ts';
import { withGroups } from './pick-groups.ts';
import { sourceFor } from './pick-source.ts';
import { withTarget } from './pick-target.ts';

/** As `planFor`, and of a deploy config the groups that are to be deployed. */
export async function scopedPlanFor(desk: Desk, argument: unknown, title: string): Promise<PlanRef | undefined> {
  const named = await namedPlan(desk, argument, title);
  if (!named) return undefined;
  const groups = await groupsToChoose(desk, named);
  if (!groups) return targeted(desk, named, title);
  const { project } = named;
  const isBoth = groups.length > 1 && lacksTarget(named) && (await desk.targets.of(project)).length > 1;
  const ref = await targeted(desk, named, isBoth ? `${title} (1/2)` : title);
  return ref && withGroups(desk, ref, groups, isBoth ? `${title} (2/2)` : title);
}

/** Undefined where there is nothing to choose, or it is chosen. */
async function groupsToChoose(desk: Desk, ref: PlanRef): Promise<readonly ConfigGroupView[] | undefined> {
  if (!isConfigRef(ref) || ref.groups || ref.rollback) return undefined;
  const answer = await desk.serve.ask('config', { project: ref.project, file: ref.file });
  // What is wrong with a config is told by planning, with all its problems.
  return answer.ok ? (answer.reply.config?.groups ?? []) : [];
}

/** The plan that a command is about: its argument, the plan in the editor, or the person's choice. Undefined: none chosen. */
export async function planFor(desk: Desk, argument: unknown, title: string): Promise<PlanRef | undefined> {
  const ref = await namedPlan(desk, argument, title);
  return ref && targeted(desk, ref, title);
}

const targeted = async (desk: Desk, ref: PlanRef, title: string): Promise<PlanRef | undefined> =>
  lacksTarget(ref) ? withTarget(desk, ref, title) : ref;

const lacksTarget = (ref: PlanRef): boolean => ref.target === undefined && !ref.rollback && needsTarget(ref);

async function namedPlan(desk: Desk, argument: unknown, title: string): Promise<PlanRef | undefined> {
  if (argument instanceof Uri) return refOfUri(argument);
  if (isTargetNode(argument)) return sourceFor(desk, argument, title);
  const named = planRefFrom(argument) ?? placedRef(argument);
  if (named) return named;
  const active = window.activeTextEditor?.document.uri;
  if (active?.scheme === 'file' && isPlanFile(active)) return refOfUri(active);
  return choosePlan(desk, title);
}

/** The plan document or config that a code lens stands in, with the target that it stands above. */
function placedRef(argument: unknown): PlanRef | undefined {
  if (typeof argument !== 'object' || argument === null || !('uri' in argument)) return undefined;
  const { uri, target } = argument as LensPlace;
  return { ...refOfUri(Uri.parse(uri)), target };
}

async function choosePlan(desk: Desk, title: string): Promise<PlanRef | undefined> {
  const plans = await desk.plans.all();
  if (plans.length === 0) {
    void window.showInformationMessage(
      'There is no plan in this workspace yet. Plans are .srdeploy files in a deployments folder, and the groups of a deploy config.',
    );
    return undefined;
  }
  const choice = await window.showQuickPick(
    plans.map((node) => ({
      label: node.kind === 'plan' ? node.plan.name : node.config.name,
      description: [...wordsOf(node), node.where].filter(Boolean).join(' · '),
      detail: node.file,
      node,
    })),
    { title, placeHolder: 'Choose a plan', matchOnDescription: true, matchOnDetail: true },
  );
  return choice && { project: choice.node.project, file: choice.node.file, target: undefined };
}

const wordsOf = (node: DocumentNode | ConfigNode): readonly (string | false | undefined)[] =>
  node.kind === 'plan' ? [node.plan.production && 'PROD', node.plan.target] : ['deploy config'];

const refOfUri = (uri: Uri): PlanRef => planRef(projectOfUri(uri), uri.fsPath);

const isPlanFile = (uri: Uri): boolean => /\.srdeploy$/.test(uri.path) || isConfigRef({ file: uri.path });

/** The run that a command is about: its argument, the only one that fits, or the person's choice. Undefined: none. */
export async function runFor(
  desk: Desk,
  argument: unknown,
  title: string,
  fits: (run: RunView) => boolean,
): Promise<RunRef | undefined> {
  const named = runRefOf(argument);
  if (named) return named;
  const projects = await desk.projects.all();
  const all = await Promise.all(
    projects.map(async (project) => (await desk.runs.load(project)).filter(fits).map((run) => ({ project, run }))),
  );
  const runs = all.flat();
  if (runs.length === 0) {
    void window.showInformationMessage(`${title}: there is no run that this could be done with.`);
    return undefined;
  }
  const choice = await window.showQuickPick(
    runs.map(({ project, run }) => ({
      label: run.plan.name,
      description: `${run.target} · ${lookOf(runStatusLooks, run.status).word} · ${agoText(run.finishedAt ?? run.createdAt, Date.now())}`,
      detail: run.id,
      ref: { project, run: run.id },
    })),
    { title, placeHolder: 'Choose a run', matchOnDescription: true, matchOnDetail: true },
  );
  return choice?.ref;
}
