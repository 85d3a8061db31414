import { window } from 'vscode';
import { targetId } from '../../core/index.ts';
import type { Desk } from '../desk.ts';
import type { TargetNode } from '../views/targets-tree.ts';
import { changeTargetOf } from './change-target.ts';
import { targetFor } from './pick-target.ts';
import { refuses } from './refuse.ts';
import { chooseConnection, chooseKind } from './target-words.ts';

const TITLE = 'Update Target';

interface Setting {
  readonly label: string;
  /** The member of the target in the deploy config. */
  readonly path: readonly string[];
  readonly prompt: string;
}

const settings: readonly Setting[] = [
  { label: 'Name', path: ['name'], prompt: 'What people call it' },
  { label: 'Kind', path: ['kind'], prompt: 'How careful the engine is' },
  { label: 'Connection', path: ['connection_ref'], prompt: 'How its database is reached' },
  { label: 'Health check', path: ['health_check', 'url'], prompt: 'The address that tells whether it works' },
  { label: 'Test command', path: ['test_command'], prompt: 'A command that exits with 0 where it can be reached' },
  { label: 'Type', path: ['type'], prompt: 'What is deployed to, such as database or static_site' },
  { label: 'Provider', path: ['provider'], prompt: 'Who runs it, such as supabase, vercel or aws' },
  { label: 'Host', path: ['host'], prompt: 'Its address, for people' },
  { label: 'Region', path: ['region'], prompt: 'Where the provider runs it' },
];

/** Changes one thing that the deploy config says of a target, and nothing else of it. */
export async function updateTarget(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const node = await targetFor(desk, argument, TITLE);
  if (!node) return;
  const items = settings.map((setting) => ({ ...setting, description: settingOf(node, setting) ?? 'not set' }));
  const setting = await window.showQuickPick(items, {
    title: `${TITLE} ${node.target} (1/2)`,
    placeHolder: 'Choose what to change',
    matchOnDescription: true,
  });
  const value = setting && (await askValue(node, setting));
  if (!setting || value === undefined) return;
  const { path } = setting;
  const isUnset = value === null || value === '';
  if (isUnset && settingOf(node, setting) === undefined) return; // It is not set, and stays so.
  await changeTargetOf(desk, node.project, {
    type: 'update',
    id: targetId(node.target),
    set: isUnset ? [] : [{ path, value }],
    unset: isUnset ? [path] : [],
  });
}

/** Empty or null: not set any more. Undefined: the person gave up. */
async function askValue(node: TargetNode, setting: Setting): Promise<string | null | undefined> {
  const title = `${TITLE} ${node.target} (2/2)`;
  const question = { title, placeHolder: setting.prompt };
  if (setting.label === 'Kind') return chooseKind(question);
  if (setting.label === 'Connection') return chooseConnection(node.connections, question);
  return window.showInputBox({
    ...question,
    prompt: `${setting.prompt}. Leave it empty to set nothing.`,
    value: settingOf(node, setting) ?? '',
  });
}

function settingOf({ said }: TargetNode, { path }: Setting): string | undefined {
  let value: unknown = said.settings;
  for (const key of path) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
}
