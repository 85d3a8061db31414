import { window } from 'vscode';
import type { Desk } from '../desk.ts';
import { askSecret } from '../dialogs/ask-secrets.ts';
import { pickSecret } from './pick-secret.ts';
import { refuses } from './refuse.ts';

/** Keeps a value for `${secret:NAME}` in the editor's secret storage. */
export async function setSecret(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const secret = await pickSecret(desk, argument, 'Set Secret');
  if (!secret) return;
  const value = await askSecret(desk.secrets, secret.project, secret.name);
  if (value !== undefined) void window.setStatusBarMessage(`Secret ${secret.name} is kept.`, 5_000);
}
