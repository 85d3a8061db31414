import { window } from 'vscode';
import type { SecretVault } from '../secret-vault.ts';

/** Asks for one secret with a masked box and keeps it. Undefined: the person gave up. */
export async function askSecret(vault: SecretVault, project: string, name: string): Promise<string | undefined> {
  const value = await window.showInputBox({
    title: `Secret ${name}`,
    prompt: `Kept in the secret storage of this editor for this project, never in a file or a log.`,
    placeHolder: `Value of ${name}`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' ? 'An empty value counts as missing.' : undefined),
  });
  if (value !== undefined) await vault.set(project, name, value);
  return value;
}

/** All of the named secrets, asking for those that are not kept yet. Undefined: the person gave up. */
export async function askMissingSecrets(
  vault: SecretVault,
  project: string,
  names: readonly string[],
): Promise<Readonly<Record<string, string>> | undefined> {
  const secrets = { ...(await vault.read(project, names)) };
  for (const name of names) {
    if (secrets[name] !== undefined) continue;
    const value = await askSecret(vault, project, name);
    if (value === undefined) return undefined;
    secrets[name] = value;
  }
  return secrets;
}
