import { join } from 'node:path';
import { type Command, EventEmitter, Position, Range, type TreeDataProvider, type TreeItem, Uri } from 'vscode';
import type { ConfigDatabaseView, ConfigGroupView, ConfigView, PlanDocumentView } from '../../protocol/index.ts';
import { mayAct } from '../may-act.ts';
import { type PlanRef, projectName } from '../project-of.ts';
import type { Projects } from '../projects.ts';
import type { RunsStore } from '../runs-store.ts';
import type { Answers } from '../serve-client.ts';
import { configRow, databaseRow, groupRow } from './config-rows.ts';
import type { GroupFileCounts } from './group-file-counts.ts';
import { rowItem } from './row-item.ts';
import { planRow } from './rows.ts';

/** A plan document; menus and commands take it as a reference to the plan. */
export interface DocumentNode extends PlanRef {
  readonly kind: 'plan';
  readonly plan: PlanDocumentView;
  /** The project's name, where the workspace has several. */
  readonly where: string | undefined;
}

/** A deploy config, as a reference to all of it. */
export interface ConfigNode extends PlanRef {
  readonly kind: 'config';
  readonly config: ConfigView;
  readonly where: string | undefined;
}

/** A group of a config, as a reference to the config with only this group. */
interface GroupNode extends PlanRef {
  readonly kind: 'group';
  readonly group: ConfigGroupView;
  /** How many it has; undefined where they could not be counted. */
  readonly files: number | undefined;
  readonly parent: ConfigNode;
}

/** A database of a config; its connection may be one of its own, so that it is planned with its config only. */
interface DatabaseNode {
  readonly kind: 'database';
  readonly project: string;
  readonly database: ConfigDatabaseView;
  readonly parent: ConfigNode;
}

export type PlanNode = DocumentNode | ConfigNode | GroupNode | DatabaseNode;

/** What the tree reads. */
interface PlansTreeParts {
  readonly serve: Answers;
  readonly runs: RunsStore;
  readonly projects: Projects;
  readonly files: GroupFileCounts;
  readonly log: (text: string) => void;
}

/** The deploy configs of the workspace with their groups, and its plan documents, each with its last status on each target. */
export class PlansTree implements TreeDataProvider<PlanNode> {
  readonly #serve: Answers;
  readonly #runs: RunsStore;
  readonly #projects: Projects;
  readonly #files: GroupFileCounts;
  readonly #log: (text: string) => void;
  readonly #changed = new EventEmitter<PlanNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor({ serve, runs, projects, files, log }: PlansTreeParts) {
    this.#serve = serve;
    this.#files = files;
    this.#runs = runs;
    this.#projects = projects;
    this.#log = log;
    projects.onDidChange(() => this.refresh());
    files.onDidChange(() => this.#changed.fire(undefined));
    runs.onChange(({ runs: changes }) => {
      const matters = changes === undefined || changes.some(({ before, after }) => before?.status !== after.status);
      if (matters) this.#changed.fire(undefined);
    });
  }

  /** Reads everything again, the files of groups too. */
  refresh(): void {
    this.#files.forget();
    this.#changed.fire(undefined);
  }

  async getChildren(node?: PlanNode): Promise<PlanNode[]> {
    if (node) return node.kind === 'config' ? partsOf(node, await this.#filesOf(node)) : [];
    return [...(await this.all())];
  }

  getParent(node: PlanNode): PlanNode | undefined {
    return node.kind === 'group' || node.kind === 'database' ? node.parent : undefined;
  }

  /** Every deploy config that deploys something, and every plan document of the workspace. */
  async all(): Promise<readonly (DocumentNode | ConfigNode)[]> {
    if (mayAct() !== undefined) return [];
    const projects = await this.#projects.all();
    return (await Promise.all(projects.map((project) => this.of(project, projects.length > 1)))).flat();
  }

  /** The same of one project. */
  async of(project: string, several: boolean): Promise<readonly (DocumentNode | ConfigNode)[]> {
    const where = several ? projectName(project) : undefined;
    const [configs, plans] = await Promise.all([this.#configsOf(project, where), this.#plansOf(project, where)]);
    return [...configs, ...plans];
  }

  async getTreeItem(node: PlanNode): Promise<TreeItem> {
    switch (node.kind) {
      case 'plan': {
        const item = rowItem(planRow(node.plan, node.project, node.where, Date.now()), 'none');
        item.command = opens(node.project, node.file);
        return item;
      }
      case 'config':
        return this.#configItem(node);
      case 'group': {
        const item = rowItem(groupRow(node.group, node.parent.config, node.project, node.files), 'none');
        item.command = opens(node.project, node.file, node.group);
        return item;
      }
      case 'database': {
        const { database, parent, project } = node;
        const item = rowItem(databaseRow(database, parent.config, project), 'none');
        const uri = Uri.file(join(project, database.folder));
        item.command = { command: 'revealInExplorer', title: 'Show the Folder', arguments: [uri] };
        return item;
      }
    }
  }

  async #configItem({ config, project, where }: ConfigNode): Promise<TreeItem> {
    const runs = (await this.#runs.load(project)).filter(({ plan }) => plan.file === config.file);
    const hasParts = config.groups.length + config.databases.length > 0;
    const item = rowItem(configRow(config, runs, project, where, Date.now()), hasParts ? 'some' : 'none');
    item.command = opens(project, config.file);
    return item;
  }

  async #filesOf({ project, file, config }: ConfigNode): Promise<ReadonlyMap<string, number>> {
    if (config.groups.every(({ patterns }) => patterns.length === 0)) return new Map();
    return new Map(Object.entries(await this.#files.of(project, file)));
  }

  async #configsOf(project: string, where: string | undefined): Promise<readonly ConfigNode[]> {
    const answer = await this.#serve.ask('config', { project, file: undefined });
    if (!answer.ok) {
      this.#log(`The deploy config of ${project} could not be read: ${answer.error.message}`);
      return [];
    }
    const { config } = answer.reply;
    // One that only says where databases are is none of the plans.
    if (!config || (config.groups.length + config.databases.length === 0 && config.problem === undefined)) return [];
    return [{ kind: 'config', project, file: config.file, target: undefined, config, where }];
  }

  async #plansOf(project: string, where: string | undefined): Promise<readonly DocumentNode[]> {
    const answer = await this.#serve.ask('plans', { project });
    if (!answer.ok) {
      this.#log(`The plans of ${project} could not be read: ${answer.error.message}`);
      return [];
    }
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

/** In the order that they run in. Spec: rulings, "Order". */
function partsOf(parent: ConfigNode, files: ReadonlyMap<string, number>): PlanNode[] {
  const { project, file, config } = parent;
  const databases = (strategy: ConfigDatabaseView['strategy']): readonly DatabaseNode[] =>
    config.databases
      .filter((one) => one.strategy === strategy)
      .map((database) => ({ kind: 'database', project, database, parent }));
  const groups = config.groups.map(
    (group): GroupNode => ({
      kind: 'group',
      project,
      file,
      target: undefined,
      groups: [group.name],
      group,
      files: files.get(group.name),
      parent,
    }),
  );
  return [...databases('pre_deploy'), ...groups, ...databases('post_deploy'), ...databases('manual')];
}

function opens(project: string, file: string, place?: { readonly line: number; readonly column: number }): Command {
  const uri = Uri.file(join(project, file));
  if (!place) return { command: 'vscode.open', title: 'Open', arguments: [uri] };
  const at = new Position(place.line - 1, place.column - 1);
  return { command: 'vscode.open', title: 'Open', arguments: [uri, { selection: new Range(at, at) }] };
}
