import {
  commands,
  EventEmitter,
  type ExtensionContext,
  type TextDocument,
  type TreeDataProvider,
  tasks,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { Client, TreeNode, ViewName } from './main.ts';
import { commandIds, commandNames, languageIds, panelTypes, taskType, viewIds } from './names.ts';

type Load = () => Client;

/** Registers what VS Code must know at once. Everything else is in `client.js`, loaded when somebody needs it. */
export function activate(context: ExtensionContext): void {
  let client: Client | undefined;
  const load: Load = () => {
    if (client) return client;
    const { createClient } = require('./client.js') as typeof import('./main.ts');
    client = createClient(context);
    context.subscriptions.push(client);
    return client;
  };
  context.subscriptions.push(
    ...commandNames.map((name) =>
      commands.registerCommand(commandIds[name], (...args: readonly unknown[]) => load().execute(name, args)),
    ),
    ...(['plans', 'targets', 'runs'] as const).map((view) =>
      window.registerTreeDataProvider(viewIds[view], lazyTree(view, load)),
    ),
    ...(['run', 'plan'] as const).map((kind) =>
      window.registerWebviewPanelSerializer(panelTypes[kind], {
        deserializeWebviewPanel: (panel: WebviewPanel, state: unknown) => load().restorePanel(kind, panel, state),
      }),
    ),
    tasks.registerTaskProvider(taskType, {
      provideTasks: (token) => load().tasks.provideTasks(token),
      resolveTask: (task, token) => load().tasks.resolveTask(task, token),
    }),
    workspace.onDidOpenTextDocument((document) => {
      if (isOurs(document)) load().startLanguage();
      else if (mayBeConfig(document)) load().recognise(document);
    }),
  );
  // After the first paint: the language of plans that are open already, and runs that are under way.
  const later = setImmediate(() => {
    if (workspace.textDocuments.some(isOurs)) load().startLanguage();
    for (const document of workspace.textDocuments) if (mayBeConfig(document)) load().recognise(document);
    load().lookForRuns();
  });
  context.subscriptions.push({ dispose: () => clearImmediate(later) });
}

/** Plans, deploy configs, and the SQL that they may name. */
const isOurs = ({ languageId, uri }: TextDocument): boolean =>
  languageId === languageIds.plan ||
  languageId === languageIds.config ||
  (uri.scheme === 'file' && /\.sql$/i.test(uri.path));

/** JSON of another name, which may say of itself that it is a deploy config; longer texts are not read for that. */
const mayBeConfig = (document: TextDocument): boolean =>
  /^jsonc?$/.test(document.languageId) &&
  document.uri.scheme === 'file' &&
  document.lineCount < 5_000 &&
  /"groups"\s*:|deploy-config\.schema\.json/.test(document.getText());

function lazyTree(view: ViewName, load: Load): TreeDataProvider<TreeNode> {
  const changed = new EventEmitter<TreeNode | undefined>();
  let tree: TreeDataProvider<TreeNode> | undefined;
  const real = (): TreeDataProvider<TreeNode> => {
    if (!tree) {
      tree = load().trees[view];
      tree.onDidChangeTreeData?.((node) => changed.fire(node as TreeNode | undefined));
    }
    return tree;
  };
  return {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => real().getChildren(node),
    getTreeItem: (node) => real().getTreeItem(node),
    getParent: (node) => real().getParent?.(node),
  };
}
