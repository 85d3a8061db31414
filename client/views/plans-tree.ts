import { join } from 'node:path';
import { EventEmitter, type TreeDataProvider, type TreeItem, Uri } from 'vscode';
import type { PlanDocumentView } from '../../protocol/index.ts';
import { mayAct } from '../may-act.ts';
import { type PlanRef, projectName } from '../project-of.ts';
import type { Projects } from '../projects.ts';
import type { RunsStore } from '../runs-store.ts';
import type { Answers } from '../serve-client.ts';
import { rowItem } from './row-item.ts';
import { planRow } from './rows.ts';

/** A plan document; menus and commands take it as a reference to the plan. */
export interface PlanNode extends PlanRef {
  readonly kind: 'plan';
  readonly plan: PlanDocumentView;
  /** The project's name, where the workspace has several. */
  readonly where: string | undefined;
}

/** The plan documents of the workspace, each with its last status on each target. */
export class PlansTree implements TreeDataProvider<PlanNode> {
  readonly #serve: Answers;
  readonly #projects: Projects;
  readonly #log: (text: string) => void;
  readonly #changed = new EventEmitter<PlanNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(serve: Answers, runs: RunsStore, projects: Projects, log: (text: string) => void) {
    this.#serve = serve;
    this.#projects = projects;
    this.#log = log;
    projects.onDidChange(() => this.refresh());
    runs.onChange(({ runs: changes }) => {
      const matters = changes === undefined || changes.some(({ before, after }) => before?.status !== after.status);
      if (matters) this.refresh();
    });
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(node?: PlanNode): Promise<PlanNode[]> {
    return node ? [] : [...(await this.all())];
  }

  /** Every plan document of the workspace. */
  async all(): Promise<readonly PlanNode[]> {
    if (mayAct() !== undefined) return [];
    const projects = await this.#projects.all();
    return (await Promise.all(projects.map((project) => this.#plansOf(project, projects.length > 1)))).flat();
  }

  getTreeItem({ plan, project, where }: PlanNode): TreeItem {
    const item = rowItem(planRow(plan, project, where, Date.now()), 'none');
    const uri = Uri.file(join(project, plan.file));
    item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
    return item;
  }

  async #plansOf(project: string, several: boolean): Promise<readonly PlanNode[]> {
    const answer = await this.#serve.ask('plans', { project });
    if (!answer.ok) {
      this.#log(`The plans of ${project} could not be read: ${answer.error.message}`);
      return [];
    }
    const where = several ? projectName(project) : undefined;
    return answer.reply.plans.map((plan) => ({
      kind: 'plan',
      project,
      file: plan.file,
      target: undefined,
      plan,
      where,
    }));
  }
}
