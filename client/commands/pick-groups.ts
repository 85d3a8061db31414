import { window } from 'vscode';
import type { ConfigGroupView } from '../../protocol/index.ts';
import type { Desk } from '../desk.ts';
import type { PlanRef } from '../project-of.ts';

/** The groups that are deployed; empty: all of the config. Undefined: the person gave up. */
type Groups = readonly string[] | undefined;

/**
 * A deploy config with the groups that are to be deployed: all where there is one or none, else the person's choice. Whoever chose some of them
 * the last time is offered these first.
 */
export async function withGroups(
  desk: Desk,
  ref: PlanRef,
  groups: readonly ConfigGroupView[],
  title: string,
): Promise<PlanRef | undefined> {
  if (groups.length < 2) return { ...ref, groups: [] };
  const last = desk.choices.groups(ref.project, ref.file).filter((name) => groups.some((one) => one.name === name));
  const chosen = last.length > 0 ? await asBefore(last, groups, title) : await chooseGroups(groups, title);
  if (!chosen) return undefined;
  await desk.choices.setGroups(ref.project, ref.file, chosen);
  return { ...ref, groups: chosen };
}

async function asBefore(last: readonly string[], groups: readonly ConfigGroupView[], title: string): Promise<Groups> {
  const before = { label: 'As last time', description: last.join(', '), groups: async (): Promise<Groups> => last };
  const all = { label: 'All groups', description: `${groups.length}`, groups: async (): Promise<Groups> => [] };
  const other = { label: 'Choose groups…', description: '', groups: () => chooseGroups(groups, title) };
  const choice = await window.showQuickPick([before, all, other], {
    title,
    placeHolder: 'Choose what is deployed',
    matchOnDescription: true,
  });
  return choice?.groups();
}

async function chooseGroups(groups: readonly ConfigGroupView[], title: string): Promise<Groups> {
  const items = groups.map(({ name, kind, patterns }) => ({
    label: name,
    description: [kind, ...patterns].join(' · '),
    picked: true,
  }));
  const chosen = await window.showQuickPick(items, {
    title,
    placeHolder: 'Choose groups; all of them are the whole config',
    canPickMany: true,
    matchOnDescription: true,
  });
  if (!chosen) return undefined;
  if (chosen.length === 0) {
    void window.showInformationMessage(`${title}: no group was chosen, so that nothing was done.`);
    return undefined;
  }
  return chosen.length === groups.length ? [] : chosen.map(({ label }) => label);
}
