import { EventEmitter, type TreeDataProvider, type TreeItem } from 'vscode';
import type { OperationId, RunView } from '../../core/index.ts';
import { mayAct } from '../may-act.ts';
import { commandIds } from '../names.ts';
import type { Projects } from '../projects.ts';
import { isProductionRun, type RunRef } from '../run-files.ts';
import type { RunsStore } from '../runs-store.ts';
import { rowItem } from './row-item.ts';
import { fleetRow, operationRow, runRow } from './rows.ts';

/** A fleet, a run, or an operation of one; a fleet's `run` is its newest. The same object for the same thing, so that one row can be refreshed alone. */
export interface RunNode extends RunRef {
  readonly kind: 'fleet' | 'run' | 'operation';
  readonly operation: OperationId | undefined;
}

/** History: the runs of every project, newest first, those of one fleet under one row, and their operations. */
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
      else for (const { after } of changes) this.#tell(project, after);
    });
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (mayAct() !== undefined) return [];
    if (node?.kind === 'operation') return [];
    if (node?.kind === 'fleet') return this.#fleetOf(node).map(({ id }) => this.#node({ ...node, run: id }, undefined));
    if (node) return (this.#runs.find(node)?.operations ?? []).map(({ id }) => this.#node(node, id));
    const projects = await this.#projects.all();
    const all = await Promise.all(projects.map((project) => this.#refsOf(project)));
    return all
      .flat()
      .sort((a, b) => (a.run.createdAt < b.run.createdAt ? 1 : -1))
      .map(({ project, run }) => this.#fleetNode(project, run) ?? this.#node({ project, run: run.id }, undefined))
      .filter((node, index, nodes) => node.kind !== 'fleet' || nodes.indexOf(node) === index);
  }

  getParent(node: RunNode): RunNode | undefined {
    if (node.kind === 'operation') return this.#node(node, undefined);
    const run = node.kind === 'run' ? this.#runs.find(node) : undefined;
    return run && this.#fleetNode(node.project, run);
  }

  async getTreeItem(node: RunNode): Promise<TreeItem> {
    if (node.kind === 'fleet') return this.#fleetItem(node);
    const run = this.#runs.find(node);
    if (!run) return { label: node.run };
    if (node.kind === 'run') return this.#runItem(node, run);
    const operation = run.operations.find(({ id }) => id === node.operation);
    return operation ? this.#opens(rowItem(operationRow(operation, run.id, node.project), 'none'), node) : {};
  }

  /** A run that changed, and the fleet that counts it. */
  #tell(project: string, run: RunView): void {
    this.#changed.fire(this.#node({ project, run: run.id }, undefined));
    const fleet = this.#fleetNode(project, run);
    if (fleet) this.#changed.fire(fleet);
  }

  #fleetItem(node: RunNode): TreeItem {
    const fleet = this.#runs.find(node)?.fleet ?? '';
    const isWhole = this.#runs.isWhole(node.project) || this.#runs.known(node.project).at(-1)?.fleet !== fleet;
    return rowItem(fleetRow(fleet, this.#fleetOf(node), node.project, isWhole, Date.now()), 'some');
  }

  /** The runs of a fleet that are listed, newest first. */
  #fleetOf(node: RunNode): readonly RunView[] {
    const fleet = this.#runs.find(node)?.fleet;
    return fleet === undefined ? [] : this.#runs.known(node.project).filter((run) => run.fleet === fleet);
  }

  /** The row of the fleet that a run belongs to; undefined for a run of its own. */
  #fleetNode(project: string, { id, fleet }: RunView): RunNode | undefined {
    if (fleet === undefined) return undefined;
    const key = `${project}#${fleet}`;
    const known = this.#nodes.get(key);
    if (known && this.#runs.find(known)) return known;
    const node: RunNode = { kind: 'fleet', project, run: id, operation: undefined };
    this.#nodes.set(key, node);
    return node;
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
