import { type QuickPickItem, window, workspace } from 'vscode';
import { isTargetId, type TargetId, type TargetSetting } from '../../core/index.ts';
import type { Desk } from '../desk.ts';
import { projectName } from '../project-of.ts';
import { changeTargetOf } from './change-target.ts';
import { refuses } from './refuse.ts';
import { chooseConnection, chooseKind } from './target-words.ts';

const TITLE = 'Add Target';

/** Asks for what a target needs, and adds it to the deploy config, which is made where there is none. */
export async function addTarget(desk: Desk): Promise<void> {
  if (await refuses()) return;
  const project = await chooseProject(desk);
  if (project === undefined) return;
  const answer = await desk.serve.ask('targets', { project });
  const { targets = [], connections = [] } = answer.ok ? answer.reply : {};
  const steps = connections.length > 0 ? 4 : 3;
  const titleOf = (step: number) => `${TITLE} (${step}/${steps})`;
  const id = await askId(titleOf(1), new Set(targets.map((one) => one.id)));
  if (id === undefined) return;
  const kind = await chooseKind({ title: titleOf(2), placeHolder: `How careful to be with ${id}` });
  if (kind === undefined) return;
  const connection =
    connections.length === 0
      ? null
      : await chooseConnection(connections, { title: titleOf(3), placeHolder: `How the database of ${id} is reached` });
  if (connection === undefined) return;
  const name = await askName(titleOf(steps), id);
  if (name === undefined) return;
  const set = [...given('name', name), ...given('kind', kind), ...given('connection_ref', connection)];
  await changeTargetOf(desk, project, { type: 'add', id, set });
}

/** Where it is added: a project, or a folder of the workspace that becomes one. Undefined: the person gave up. */
async function chooseProject({ projects }: Desk): Promise<string | undefined> {
  const known = await projects.all();
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const all = known.length > 0 ? known : folders.map(({ uri }) => uri.fsPath);
  if (all.length === 0) void window.showInformationMessage(`${TITLE}: open the folder of your project first.`);
  if (all.length < 2) return all[0];
  const items = all.map((project): QuickPickItem & { project: string } => ({
    label: projectName(project),
    description: project,
    project,
  }));
  return (await window.showQuickPick(items, { title: TITLE, placeHolder: 'Choose the project' }))?.project;
}

async function askId(title: string, taken: ReadonlySet<string>): Promise<TargetId | undefined> {
  const typed = await window.showInputBox({
    title,
    prompt: 'The id of the target. Every plan and every run names it.',
    placeHolder: 'staging',
    validateInput: (text) => {
      if (text === '') return undefined;
      if (!isTargetId(text)) return '2 to 32 characters: a–z, 0–9 and “-”, beginning with a letter.';
      return taken.has(text) ? `There is a target ${text} already.` : undefined;
    },
  });
  return typed !== undefined && isTargetId(typed) ? typed : undefined;
}

const askName = (title: string, id: string): Thenable<string | undefined> =>
  window.showInputBox({ title, prompt: 'What people call it. Optional.', placeHolder: id });

const given = (key: string, value: string | null): readonly TargetSetting[] =>
  value === null || value === '' ? [] : [{ path: [key], value }];
