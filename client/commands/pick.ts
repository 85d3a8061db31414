import { Uri, window } from 'vscode';
import type { RunView } from '../../core/index.ts';
import { lookOf, runStatusLooks } from '../../protocol/index.ts';
import type { Desk } from '../desk.ts';
import { languageId } from '../names.ts';
import { planRefFrom } from '../panels/plan-panels.ts';
import { needsTarget, type PlanRef, planRef } from '../project-of.ts';
import { projectOfUri } from '../projects.ts';
import { type RunRef, runRefOf } from '../run-files.ts';
import { agoText } from '../views/ago-text.ts';

/** The plan that a command is about: its argument, the plan in the editor, or the person's choice. Undefined: none chosen. */
export async function planFor(desk: Desk, argument: unknown, title: string): Promise<PlanRef | undefined> {
  if (argument instanceof Uri) return refOfUri(desk, argument, title);
  const named = planRefFrom(argument);
  if (named) return named;
  const active = window.activeTextEditor?.document;
  if (active?.languageId === languageId && active.uri.scheme === 'file') return refOfUri(desk, active.uri, title);
  const plans = await desk.plans.all();
  if (plans.length === 0) {
    void window.showInformationMessage(
      'There is no plan in this workspace yet. Plans are .srdeploy files in a deployments folder.',
    );
    return undefined;
  }
  const choice = await window.showQuickPick(
    plans.map((node) => ({
      label: node.plan.name,
      description: [node.plan.production && 'PROD', node.plan.target, node.where].filter(Boolean).join(' · '),
      detail: node.file,
      node,
    })),
    { title, placeHolder: 'Choose a plan', matchOnDescription: true, matchOnDetail: true },
  );
  return choice && { project: choice.node.project, file: choice.node.file, target: undefined };
}

async function refOfUri(desk: Desk, uri: Uri, title: string): Promise<PlanRef | undefined> {
  const ref = planRef(projectOfUri(uri), uri.fsPath);
  return needsTarget(ref) ? withTarget(desk, ref, title) : ref;
}

/** A folder of migrations or a deploy config has no target of its own. Asks for one where there are several. */
async function withTarget(desk: Desk, ref: PlanRef, title: string): Promise<PlanRef | undefined> {
  const answer = await desk.serve.ask('targets', { project: ref.project });
  if (!answer.ok) {
    void window.showErrorMessage(`${title}: ${answer.error.message}`);
    return undefined;
  }
  const { targets } = answer.reply;
  if (targets.length === 0) {
    const why = 'It is deployed to a target, and the deploy config of this project names none.';
    void window.showErrorMessage(`${title}: ${why} Add one under "targets" in deploy-config.json.`);
    return undefined;
  }
  const choice =
    targets.length === 1
      ? targets[0]
      : await window.showQuickPick(
          targets.map((one) => ({
            ...one,
            label: one.id,
            description: [one.production && 'PROD', one.name].filter(Boolean).join(' · '),
          })),
          { title, placeHolder: `Choose a target for ${ref.file}`, matchOnDescription: true },
        );
  return choice && { ...ref, target: choice.id };
}

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
