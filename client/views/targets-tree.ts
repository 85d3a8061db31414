import { join } from 'node:path';
import { EventEmitter, type TreeDataProvider, type TreeItem, Uri } from 'vscode';
import type { PlacedTarget, RunView } from '../../protocol/index.ts';
import { mayAct } from '../may-act.ts';
import { commandIds } from '../names.ts';
import { type PlanRef, projectName } from '../project-of.ts';
import type { Projects } from '../projects.ts';
import type { RunsStore } from '../runs-store.ts';
import type { Answers } from '../serve-client.ts';
import type { TargetStates } from '../target-states.ts';
import { rowItem } from './row-item.ts';
import { brokenRow, targetRow } from './target-row.ts';

/** A target; menus and commands take it as a reference to its deploy config on it. */
export interface TargetNode extends PlanRef {
  readonly kind: 'target';
  readonly target: string;
  readonly said: PlacedTarget;
  /** The names of the connections that it may have. */
  readonly connections: readonly string[];
  /** The project's name, where the workspace has several. */
  readonly where: string | undefined;
}

/** A deploy config whose targets cannot be read. */
interface BrokenNode {
  readonly kind: 'broken';
  readonly project: string;
  readonly file: string;
  readonly problem: string;
}

export type TargetsNode = TargetNode | BrokenNode;

export const isTargetNode = (value: unknown): value is TargetNode =>
  typeof value === 'object' && value !== null && (value as Partial<TargetNode>).kind === 'target';

/** What a tree of targets is made from. */
export interface TargetsParts {
  readonly serve: Answers;
  readonly runs: RunsStore;
  readonly projects: Projects;
  readonly states: TargetStates;
  readonly log: (text: string) => void;
}

/** The targets of every deploy config of the workspace. Shows what is known, and connects to nothing by itself. */
export class TargetsTree implements TreeDataProvider<TargetsNode> {
  readonly #parts: TargetsParts;
  /** As they are shown: a row that is refreshed alone keeps its menus and buttons. */
  #shown: readonly TargetNode[] = [];
  readonly #changed = new EventEmitter<TargetsNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(parts: TargetsParts) {
    this.#parts = parts;
    parts.projects.onDidChange(() => this.refresh());
    parts.states.onChange((ref) => this.#refreshRow(ref.project, ref.target));
    parts.runs.onChange(({ project, runs: changes }) => {
      if (changes === undefined) this.#refreshRow(project, undefined);
      for (const { before, after } of changes ?? []) if (before?.status !== after.status) this.#moved(project, after);
    });
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(node?: TargetsNode): Promise<TargetsNode[]> {
    if (node) return [];
    const rows = await this.#rows();
    this.#shown = rows.filter(isTargetNode);
    return [...rows];
  }

  /** Every target of the workspace, in the order of the configs. */
  async all(): Promise<readonly TargetNode[]> {
    return (await this.#rows()).filter(isTargetNode);
  }

  /** The targets of one project. */
  async of(project: string): Promise<readonly TargetNode[]> {
    return (await this.#rowsOf(project, undefined)).filter(isTargetNode);
  }

  async #rows(): Promise<readonly TargetsNode[]> {
    if (mayAct() !== undefined) return [];
    const projects = await this.#parts.projects.all();
    const several = projects.length > 1;
    const rows = projects.map((project) => this.#rowsOf(project, several ? projectName(project) : undefined));
    return (await Promise.all(rows)).flat();
  }

  async #rowsOf(project: string, where: string | undefined): Promise<readonly TargetsNode[]> {
    const answer = await this.#parts.serve.ask('targets', { project });
    if (!answer.ok) {
      this.#parts.log(`The targets of ${project} could not be read: ${answer.error.message}`);
      return [];
    }
    const { file, targets, connections, problem } = answer.reply;
    if (file === undefined) return [];
    if (targets.length === 0 && problem !== undefined) return [{ kind: 'broken', project, file, problem }];
    return targets.map((said) => ({ kind: 'target', project, file, target: said.id, said, connections, where }));
  }

  async getTreeItem(node: TargetsNode): Promise<TreeItem> {
    if (node.kind === 'broken') return brokenItem(node);
    const { states, runs } = this.#parts;
    const lastRun = newestOn(node.target, await runs.load(node.project));
    const state = states.stateOf(node, node.said);
    const facts = { ...node, target: node.said, state, pending: states.pendingOf(node), lastRun };
    const item = rowItem(targetRow(facts, Date.now()), 'none');
    item.command = { command: commandIds.openTarget, title: 'Open in Deploy Config', arguments: [node] };
    return item;
  }

  #moved(project: string, { target }: RunView): void {
    // What fails to be kept is shown as it was; the next question mends it.
    void this.#parts.states.setPending({ project, target }, undefined);
    this.#refreshRow(project, target);
  }

  /** Undefined: all of the project. */
  #refreshRow(project: string, target: string | undefined): void {
    for (const node of this.#shown)
      if (node.project === project && (target === undefined || node.target === target)) this.#changed.fire(node);
  }
}

function brokenItem({ project, file, problem }: BrokenNode): TreeItem {
  const item = rowItem(brokenRow(file, problem, project), 'none');
  item.command = { command: 'vscode.open', title: 'Open', arguments: [Uri.file(join(project, file))] };
  return item;
}

/** Runs stand newest first. */
const newestOn = (target: string, runs: readonly RunView[]): RunView | undefined =>
  runs.find((run) => run.target === target);
