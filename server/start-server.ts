import { dirname } from 'node:path';
import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import { answerRequests } from './answer-requests.ts';
import type { Around } from './around.ts';
import type { Chance } from './chance.ts';
import { createClosedPublisher } from './closed-publisher.ts';
import { dependantsOf, isScript } from './dependants.ts';
import { createDocuments } from './documents.ts';
import { createExclusions } from './exclusions.ts';
import { pathOfUri } from './file-uri.ts';
import { lazyLanguageFeatures } from './load-language-features.ts';
import { loadScriptReaders } from './load-script-readers.ts';
import { optionsOf } from './options.ts';
import { createPlanIds } from './plan-ids.ts';
import type { PlansScripts } from './plan-scripts.ts';
import { createProjects } from './project.ts';
import type { ProjectDocuments } from './project-documents.ts';
import { projectFiles } from './project-files.ts';
import type { ProjectObjects } from './project-objects.ts';
import { createPublisher } from './publisher.ts';
import { createRequests } from './requests.ts';
import { createSqlPublisher, isSqlUri } from './sql-publisher.ts';
import { watchWorkspace } from './watch-workspace.ts';
import type { FileChange } from './workspace-index.ts';
import { createWorkspaceIndex } from './workspace-index.ts';

// The global one is loaded when it is first asked for.
const chance: Chance = { uuid: () => globalThis.crypto.randomUUID(), now: () => new Date() };

/** Serves a connection until it ends; `initialized`: the editor has begun. The server reads and never writes or runs anything. */
export function startServer(connection: Connection, params: InitializeParams, initialized: Promise<void>): void {
  const log = (message: string) => connection.console.error(message);
  const { exclude, commands, scope } = optionsOf(params);
  const isExcluded = createExclusions(exclude);
  const looking = { isExcluded, log };
  const index = createWorkspaceIndex(looking);
  const projects = createProjects(index, createPlanIds(looking), log);
  const documents = createDocuments(projects);
  const requests = createRequests();
  const publisher = createPublisher(connection, { documents, requests, log });
  const features = lazyLanguageFeatures(dirname(__filename));
  const sql = createSqlPublisher(connection, documents, projects, { features, looking });
  const files = projectFiles(documents);
  let named: ProjectDocuments | undefined;
  const documentsOf: Around['documentsOf'] = (project) => {
    named ??= features().createProjectDocuments(documents.all, looking, files.stampOf);
    return named.of(project);
  };
  let scripts: PlansScripts | undefined;
  const plansNaming: Around['plansNaming'] = {
    besides(project, plan) {
      scripts ??= features().createPlansScripts(documents.all, looking, files);
      return scripts.besides(project, plan);
    },
  };
  let objects: ProjectObjects | undefined;
  const objectsOf: Around['objectsOf'] = (document) => {
    objects ??= loadScriptReaders(dirname(__filename)).createProjectObjects({ ...files, now: chance.now });
    return objects.of(document);
  };
  const folders = workspaceFolders(connection, params);
  const closed =
    scope === 'workspace' ? createClosedPublisher(connection, { documents, projects, folders, looking }) : undefined;
  const onChange = (changes?: readonly FileChange[]) => {
    closed?.refreshSoon();
    const paths = changes?.map(({ path }) => path);
    if (paths?.every(isScript)) {
      for (const uri of dependantsOf(paths, documents.all(), publisher.codesOf)) publisher.publishSoon(uri);
      sql.refresh();
      return;
    }
    projects.refresh();
    named?.refresh();
    scripts?.refresh();
    documents.refresh();
    for (const uri of documents.texts.keys()) publisher.publishSoon(uri);
    sql.refresh();
  };
  watchWorkspace({ connection, initialized, index, log, onChange }, params);
  documents.texts.onDidOpen(({ document }) => {
    projects.refresh();
    closed?.refreshSoon();
    publisher.publish(document.uri);
    if (isSqlUri(document.uri)) sql.publishSoon(document.uri);
  });
  documents.texts.onDidChangeContent(({ document }) => {
    publisher.edited(document.uri, document.version);
    if (isSqlUri(document.uri)) sql.publishSoon(document.uri);
    else sql.planEdited();
  });
  documents.texts.onDidClose(({ document }) => {
    publisher.clear(document.uri);
    closed?.refreshSoon();
    if (isSqlUri(document.uri)) sql.clear(document.uri);
  });
  documents.texts.listen(connection);
  connection.onShutdown(() => {
    publisher.dispose();
    sql.dispose();
    closed?.dispose();
  });
  const around: Around = {
    chance,
    commands,
    documentsOf,
    objectsOf,
    plansNaming,
    textOf: files.textOf,
    confirmsChanges: confirmsChanges(params),
    sharesEditRange: sharesEditRange(params),
    createsFiles: params.capabilities.workspace?.workspaceEdit?.resourceOperations?.includes('create') === true,
  };
  answerRequests(connection, { documents, projects, features, around, requests, log });
}

/** The folders of the workspace, as absolute paths, whenever it is asked. */
const workspaceFolders =
  (connection: Connection, { workspaceFolders: first, capabilities }: InitializeParams) =>
  async (): Promise<readonly string[]> => {
    const now = capabilities.workspace?.workspaceFolders ? await connection.workspace.getWorkspaceFolders() : first;
    return (now ?? []).flatMap(({ uri }) => pathOfUri(uri) ?? []);
  };

/** True where the editor shows a person what changes before it does. */
const confirmsChanges = ({ capabilities: { workspace } }: InitializeParams): boolean =>
  workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;

/** True where the editor takes one stretch for all items of a completion. */
const sharesEditRange = ({ capabilities: { textDocument } }: InitializeParams): boolean =>
  textDocument?.completion?.completionList?.itemDefaults?.includes('editRange') === true;
