import { join, relative, sep } from 'node:path';
import {
  ProcessExecution,
  Task,
  type TaskDefinition,
  type TaskProvider,
  TaskScope,
  type Uri,
  type WorkspaceFolder,
  workspace,
} from 'vscode';
import { mayAct } from '../may-act.ts';
import { problemMatcher, taskType } from '../names.ts';
import { isConfigRef, projectOf } from '../project-of.ts';
import { type Projects, projectOfUri } from '../projects.ts';
import type { SecretVault } from '../secret-vault.ts';
import type { Answers } from '../serve-client.ts';
import { offeredTasks, type TaskSubject } from './offered-tasks.ts';
import { type DeployTask, deployTaskOf, secretVariables, taskName, wordsOf } from './task-words.ts';

/** What tasks are made from. */
export interface TaskParts {
  readonly serve: Answers;
  readonly projects: Projects;
  readonly secrets: SecretVault;
  /** `dist/runner.js`, which holds the command line as well. */
  readonly runner: string;
}

/** Tasks of the type `srdeploy`: the command line that the extension brings along, in a terminal. */
export class DeployTasks implements TaskProvider {
  readonly #parts: TaskParts;

  constructor(parts: TaskParts) {
    this.#parts = parts;
  }

  async provideTasks(): Promise<Task[]> {
    const documents = await this.#parts.projects.documents();
    return (await Promise.all(documents.map((uri) => this.#tasksOf(uri)))).flat();
  }

  /** A task of `tasks.json`, with what runs it. Undefined for one that is not ours, or may not run here. */
  async resolveTask({ definition, scope, name, isBackground }: Task): Promise<Task | undefined> {
    const task = deployTaskOf(definition);
    if (!task || (task.verb !== 'validate' && mayAct() !== undefined)) return undefined;
    const folder = typeof scope === 'object' ? scope : workspace.workspaceFolders?.[0];
    if (!folder) return undefined;
    // VS Code keeps the terminal of a task in the background over a restart, with its environment, in a file.
    const secrets = isBackground ? {} : await this.#secretsOf(task, folder);
    return this.#made(task, definition, folder, scope ?? TaskScope.Workspace, name, secrets);
  }

  async #tasksOf(uri: Uri): Promise<readonly Task[]> {
    const folder = workspace.getWorkspaceFolder(uri);
    if (!folder) return [];
    const may = mayAct() === undefined;
    const file = relative(folder.uri.fsPath, uri.fsPath).split(sep).join('/');
    const subject: TaskSubject = { file, targets: await this.#targetsOf(uri, may) };
    const made = offeredTasks(subject, may).map(async (task) =>
      this.#made(task, definitionOf(task), folder, folder, taskName(task), await this.#secretsOf(task, folder)),
    );
    return Promise.all(made);
  }

  /** What the editor keeps for the task's project; nothing for a task that only reads what is written. */
  async #secretsOf({ verb, file }: DeployTask, { uri }: WorkspaceFolder): Promise<Readonly<Record<string, string>>> {
    if (verb === 'validate' || mayAct() !== undefined) return {};
    return this.#parts.secrets.readAll(projectOf(join(uri.fsPath, file ?? 'deploy-config.json')));
  }

  async #targetsOf(uri: Uri, may: boolean): Promise<readonly string[] | undefined> {
    if (!isConfigRef({ file: uri.path })) return undefined;
    if (!may) return [];
    const answer = await this.#parts.serve.ask('targets', { project: projectOfUri(uri) });
    return answer.ok ? answer.reply.targets.map(({ id }) => id) : [];
  }

  #made(
    task: DeployTask,
    definition: TaskDefinition,
    folder: WorkspaceFolder,
    scope: WorkspaceFolder | TaskScope.Global | TaskScope.Workspace,
    name: string,
    secrets: Readonly<Record<string, string>>,
  ): Task {
    const execution = new ProcessExecution(process.execPath, [this.#parts.runner, 'cli', ...wordsOf(task)], {
      cwd: folder.uri.fsPath,
      // The terminal shows the words above and never the environment. With the last, VS Code's own binary is a plain Node.
      env: { ...secretVariables(secrets), ELECTRON_RUN_AS_NODE: '1' },
    });
    const matchers = task.verb === 'validate' ? [problemMatcher] : [];
    return new Task(definition, scope, name, taskType, execution, matchers);
  }
}

/** As it would stand in `tasks.json`: without what it does not say. */
const definitionOf = ({ verb, file, target }: DeployTask): TaskDefinition => ({
  type: taskType,
  verb,
  ...(file !== undefined && { file }),
  ...(target !== undefined && { target }),
});
