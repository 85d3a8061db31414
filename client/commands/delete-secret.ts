import { window } from 'vscode';
import type { Desk } from '../desk.ts';
import { pickSecret } from './pick-secret.ts';
import { refuses } from './refuse.ts';

/** Forgets a value for `${secret:NAME}`. */
export async function deleteSecret(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const secret = await pickSecret(desk, argument, 'Delete Secret');
  if (!secret) return;
  await desk.secrets.delete(secret.project, secret.name);
  void window.setStatusBarMessage(`Secret ${secret.name} is deleted.`, 5_000);
}
