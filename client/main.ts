import {
  type Disposable,
  type ExtensionContext,
  type TaskProvider,
  type TextDocument,
  type TreeDataProvider,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import { actor } from './actor.ts';
import { addTarget } from './commands/add-target.ts';
import { approve } from './commands/approve.ts';
import { cancel } from './commands/cancel.ts';
import { continueRun } from './commands/continue.ts';
import { deleteSecret } from './commands/delete-secret.ts';
import { dryRun } from './commands/dry-run.ts';
import { migrationStatus } from './commands/migration-status.ts';
import { newPlan } from './commands/new-plan.ts';
import { openLog } from './commands/open-log.ts';
import { openRun } from './commands/open-run.ts';
import { openTarget } from './commands/open-target.ts';
import { plan } from './commands/plan.ts';
import { refresh } from './commands/refresh.ts';
import { removeTarget } from './commands/remove-target.ts';
import { restartLanguageServer } from './commands/restart-language-server.ts';
import { resume } from './commands/resume.ts';
import { rollback } from './commands/rollback.ts';
import { run } from './commands/run.ts';
import { setSecret } from './commands/set-secret.ts';
import { testTarget } from './commands/test-target.ts';
import { updateTarget } from './commands/update-target.ts';
import type { Desk } from './desk.ts';
import { HistoryHints } from './history-hints.ts';
import { LanguageService } from './language-service.ts';
import { LastChoices } from './last-choices.ts';
import { LogDocuments } from './log-documents.ts';
import { lookForRuns, watchToldProjects } from './look-for-runs.ts';
import { mayAct } from './may-act.ts';
import type { CommandName } from './names.ts';
import { notifyWindow } from './notify-window.ts';
import { PlanPanels } from './panels/plan-panels.ts';
import { RunPanels } from './panels/run-panels.ts';
import { makePlan } from './planning.ts';
import { Projects } from './projects.ts';
import { createRecogniser } from './recognise-config.ts';
import { ResumeLenses } from './resume-lenses.ts';
import { tellEndedRuns } from './run-ended.ts';
import { runRefOf } from './run-files.ts';
import { RunStatusItem } from './run-status-item.ts';
import { RunsStore } from './runs-store.ts';
import { ScriptDocuments } from './script-documents.ts';
import { ScriptStates } from './script-states.ts';
import { SecretVault } from './secret-vault.ts';
import { ServeClient } from './serve-client.ts';
import { StatusDocuments } from './status-documents.ts';
import { TargetStates } from './target-states.ts';
import { DeployTasks } from './tasks/deploy-tasks.ts';
import { GroupFileCounts } from './views/group-file-counts.ts';
import { type PlanNode, PlansTree } from './views/plans-tree.ts';
import { type RunNode, RunsTree } from './views/runs-tree.ts';
import { type TargetsNode, TargetsTree } from './views/targets-tree.ts';

export type TreeNode = PlanNode | TargetsNode | RunNode;
export type ViewName = 'plans' | 'targets' | 'runs';

/** The lazy half of the extension, as its small half sees it. */
export interface Client extends Disposable {
  execute(name: CommandName, args: readonly unknown[]): Promise<void>;
  readonly trees: Readonly<Record<ViewName, TreeDataProvider<TreeNode>>>;
  readonly tasks: TaskProvider;
  restorePanel(kind: 'run' | 'plan', panel: WebviewPanel, state: unknown): Promise<void>;
  startLanguage(): void;
  /** Gives a JSON document the language of deploy configs where it says that it is one. */
  recognise(document: TextDocument): void;
  /** Shows runs that are under way already; starts nothing where the workspace has no runs. */
  lookForRuns(): void;
}

const handlers: Readonly<Record<CommandName, (desk: Desk, argument: unknown) => Promise<void>>> = {
  plan,
  run,
  dryRun,
  migrationStatus,
  resume,
  cancel,
  continue: continueRun,
  approve,
  rollback,
  openRun,
  openLog,
  refresh,
  newPlan,
  testTarget,
  addTarget,
  updateTarget,
  removeTarget,
  openTarget,
  setSecret,
  deleteSecret,
  restartLanguageServer,
};

/** Makes everything once for this window; nothing is started before it is needed. */
export function createClient(context: ExtensionContext): Client {
  const log = window.createOutputChannel('ScratchRobin Deploy', { log: true });
  const tell = (text: string): void => log.warn(text);
  const runner = context.asAbsolutePath('dist/runner.js');
  const serve = new ServeClient(runner, tell, mayAct);
  const runs = new RunsStore(serve, tell);
  const secrets = new SecretVault(context.secrets);
  const projects = new Projects();
  const runPanels = new RunPanels({ extension: context.extensionUri, serve, log: tell });
  const planPanels = new PlanPanels({
    extension: context.extensionUri,
    log: tell,
    makePlan: (ref, ask) => makePlan({ serve, secrets }, ref, ask),
  });
  const files = new GroupFileCounts(serve, tell);
  const plans = new PlansTree({ serve, runs, projects, files, log: tell });
  const targetStates = new TargetStates(context.workspaceState);
  const targets = new TargetsTree({ serve, runs, projects, states: targetStates, log: tell });
  const statusDocuments = new StatusDocuments();
  const states = new ScriptStates(serve, runs, tell);
  const language = new LanguageService(context.asAbsolutePath('dist/server.js'), log, {
    provideCompletionItem: states.provideCompletionItem,
  });
  const status = new RunStatusItem(runs);
  const followed = new Set<string>();
  const desk: Desk = {
    context,
    log,
    runner,
    actor: actor(process.env),
    serve,
    runs,
    secrets,
    projects,
    runPanels,
    planPanels,
    plans,
    targets,
    targetStates,
    choices: new LastChoices(context.workspaceState),
    statusDocuments,
    language,
    followed,
  };
  serve.onRunsChanged = (project, changed) => {
    // The store logs what cannot be read.
    void runs.refresh(project, changed);
  };
  const disposables: readonly Disposable[] = [
    log,
    serve,
    runs,
    projects,
    files,
    language,
    states,
    status,
    new LogDocuments(runs),
    new ResumeLenses(runs),
    new HistoryHints(serve, runs, tell),
    new ScriptDocuments(serve),
    statusDocuments,
    tellEndedRuns(desk),
    notifyWindow(desk),
    // What fails is in the log of the store.
    projects.onDidChange(() => void watchToldProjects(desk)),
    workspace.onDidGrantWorkspaceTrust(() => void lookForRuns(desk)),
  ];
  return {
    execute: (name, args) => handlers[name](desk, args[0]),
    // Each tree is only ever asked about its own nodes.
    trees: { plans, targets, runs: new RunsTree(runs, projects) } as Client['trees'],
    tasks: new DeployTasks({ serve, projects, secrets, runner }),
    restorePanel: async (kind, panel, state) => {
      const ref = kind === 'run' ? runRefOf(state) : undefined;
      if (ref) followed.add(ref.run);
      (kind === 'run' ? runPanels : planPanels).restore(panel, state);
    },
    startLanguage: () => language.start(),
    recognise: createRecogniser(),
    // What fails is in the log of the store.
    lookForRuns: () => void lookForRuns(desk),
    dispose: () => {
      for (const disposable of disposables) disposable.dispose();
    },
  };
}
