import { type QuickPickItem, window } from 'vscode';

/** The kinds of a target, as they are offered. */
export const kinds: readonly (QuickPickItem & { readonly label: string })[] = [
  { label: 'development', description: 'for trying things' },
  { label: 'staging', description: 'a rehearsal of production' },
  { label: 'local', description: 'on this machine' },
  { label: 'production', description: 'the strict rules: every run needs the id typed' },
];

export interface Question {
  readonly title: string;
  readonly placeHolder: string;
}

export const chooseKind = async (question: Question): Promise<string | undefined> =>
  (await window.showQuickPick(kinds, question))?.label;

/** A connection by its name; null: none. Undefined: the person gave up. */
export async function chooseConnection(
  connections: readonly string[],
  question: Question,
): Promise<string | null | undefined> {
  const none = { label: 'None', description: 'it is reached by commands only', ref: null };
  const items = [...connections.map((ref) => ({ label: ref, description: '', ref })), none];
  const choice = await window.showQuickPick<QuickPickItem & { readonly ref: string | null }>(items, question);
  return choice?.ref;
}
