import { window } from 'vscode';
import type { Desk } from '../desk.ts';
import { planFor } from './pick.ts';

/** A secret of a project: one that the plan's connection names, or one typed. Undefined: none chosen. */
export async function pickSecret(
  desk: Desk,
  argument: unknown,
  title: string,
): Promise<{ readonly project: string; readonly name: string } | undefined> {
  const ref = await planFor(desk, argument, title);
  if (!ref) return undefined;
  const required = await desk.serve.ask('required-secrets', { ...ref, target: undefined });
  const names = required.ok ? required.reply.secrets : [];
  const other = 'Another name…';
  const chosen =
    names.length === 0
      ? other
      : await window.showQuickPick([...names, other], { title, placeHolder: 'Choose a secret' });
  const name = chosen === other ? await askName(title) : chosen;
  return name === undefined ? undefined : { project: ref.project, name };
}

const askName = (title: string): Thenable<string | undefined> =>
  window.showInputBox({
    title,
    prompt: 'The name by which the deploy config asks for it',
    placeHolder: 'STAGING_PASSWORD',
    validateInput: (text) =>
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? undefined : 'Letters, digits and _, not beginning with a digit.',
  });
