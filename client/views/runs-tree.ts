import { EventEmitter, type TreeDataProvider, type TreeItem } from 'vscode';
import type { OperationId, RunView } from '../../core/index.ts';
import { mayAct } from '../may-act.ts';
import { commandIds } from '../names.ts';
import type { Projects } from '../projects.ts';
import { isProductionRun, type RunRef } from '../run-files.ts';
import type { RunsStore } from '../runs-store.ts';
import { rowItem } from './row-item.ts';
import { operationRow, runRow } from './rows.ts';

/** A run, or an operation of one. The same object for the same thing, so that one row can be refreshed alone. */
export interface RunNode extends RunRef {
  readonly kind: 'run' | 'operation';
  readonly operation: OperationId | undefined;
}

/** History: the runs of every project, newest first, and their operations. */
export class RunsTree implements TreeDataProvider<RunNode> {
  readonly #runs: RunsStore;
  readonly #projects: Projects;
  readonly #nodes = new Map<string, RunNode>();
  readonly #production = new Map<string, boolean>();
  readonly #changed = new EventEmitter<RunNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(runs: RunsStore, projects: Projects) {
    this.#runs = runs;
    this.#projects = projects;
    projects.onDidChange(() => this.#changed.fire(undefined));
    runs.onChange(({ project, runs: changes }) => {
      const isNew = changes === undefined || changes.some(({ before }) => before === undefined);
      if (isNew) this.#changed.fire(undefined);
      else for (const { after } of changes) this.#changed.fire(this.#node({ project, run: after.id }, undefined));
    });
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (mayAct() !== undefined) return [];
    if (node?.kind === 'operation') return [];
    if (node) return (this.#runs.find(node)?.operations ?? []).map(({ id }) => this.#node(node, id));
    const projects = await this.#projects.all();
    const all = await Promise.all(projects.map((project) => this.#refsOf(project)));
    return all
      .flat()
      .sort((a, b) => (a.run.createdAt < b.run.createdAt ? 1 : -1))
      .map(({ project, run }) => this.#node({ project, run: run.id }, undefined));
  }

  getParent(node: RunNode): RunNode | undefined {
    return node.kind === 'operation' ? this.#node(node, undefined) : undefined;
  }

  async getTreeItem(node: RunNode): Promise<TreeItem> {
    const run = this.#runs.find(node);
    if (!run) return { label: node.run };
    if (node.kind === 'run') return this.#runItem(node, run);
    const operation = run.operations.find(({ id }) => id === node.operation);
    return operation ? this.#opens(rowItem(operationRow(operation, run.id, node.project), 'none'), node) : {};
  }

  async #runItem(node: RunNode, run: RunView): Promise<TreeItem> {
    const key = keyOf(node);
    const production = this.#production.get(key) ?? (await isProductionRun(node, run.target));
    this.#production.set(key, production);
    return this.#opens(rowItem(runRow(run, node.project, production, Date.now()), 'some'), node);
  }

  /** A click shows the run and changes nothing. */
  #opens(item: TreeItem, { project, run }: RunRef): TreeItem {
    item.command = { command: commandIds.openRun, title: 'Open Run', arguments: [{ project, run }] };
    return item;
  }

  async #refsOf(project: string): Promise<readonly { readonly project: string; readonly run: RunView }[]> {
    return (await this.#runs.load(project)).map((run) => ({ project, run }));
  }

  #node({ project, run }: RunRef, operation: OperationId | undefined): RunNode {
    const key = `${keyOf({ project, run })}#${operation ?? ''}`;
    const known = this.#nodes.get(key);
    if (known) return known;
    const node: RunNode = { kind: operation === undefined ? 'run' : 'operation', project, run, operation };
    this.#nodes.set(key, node);
    return node;
  }
}

const keyOf = ({ project, run }: RunRef): string => `${project}#${run}`;
