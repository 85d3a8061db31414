import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  commandIds,
  languageIds,
  panelTypes,
  problemMatcher,
  runWords,
  settingIds,
  taskType,
  viewContainerId,
  viewIds,
} from '../../client/names.ts';
import { taskVerbs } from '../../client/tasks/task-words.ts';

interface Menu {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { contributes } = manifest;
const menus: Readonly<Record<string, readonly Menu[]>> = contributes.menus;
const onPlans = ['plan', 'run', 'dryRun', 'migrationStatus', 'resume', 'cancel', 'continue', 'approve', 'rollback'];
const onTargets = ['testTarget', 'addTarget', 'updateTarget', 'removeTarget', 'openTarget'];
const acting = [...onPlans, ...onTargets].map((name) => `srdeploy.${name}`);

describe('names and package.json', () => {
  it('has the same commands on both sides', () => {
    const declared = contributes.commands.map(({ command }: Menu) => command).sort();
    expect(declared).toEqual(Object.values(commandIds).sort());
  });

  it('has the same views, panels, settings and languages on both sides', () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }: { id: string }) => id)).toEqual([viewContainerId]);
    expect(contributes.views[viewContainerId].map(({ id }: { id: string }) => id)).toEqual(Object.values(viewIds));
    expect(Object.keys(contributes.configuration.properties).sort()).toEqual(Object.values(settingIds).sort());
    for (const type of Object.values(panelTypes)) expect(manifest.activationEvents).toContain(`onWebviewPanel:${type}`);
    const languages = Object.values(languageIds);
    expect(contributes.languages.map(({ id }: { id: string }) => id)).toEqual(languages);
    for (const id of languages) expect(manifest.activationEvents).toContain(`onLanguage:${id}`);
  });

  it('has the same task, with the same verbs, and the same problem matcher on both sides', () => {
    const [definition] = contributes.taskDefinitions;
    expect(definition.type).toBe(taskType);
    expect(definition.properties.verb.enum).toEqual(taskVerbs);
    expect(definition.properties.verb.enumDescriptions).toHaveLength(taskVerbs.length);
    expect(contributes.problemMatchers.map(({ name }: { name: string }) => `$${name}`)).toEqual([problemMatcher]);
  });

  it('asks in menus only for words that a run carries', () => {
    const words = menus['view/item/context']?.flatMap(({ when }) =>
      [...(when?.matchAll(/\.\*\\b(\w+)\\b/g) ?? [])].map(([, word]) => word),
    );
    expect([...new Set(words)].sort()).toEqual([...runWords].sort());
  });

  it('names only declared commands in menus and welcome texts', () => {
    const known = new Set<string>(Object.values(commandIds));
    const used = Object.values(menus).flatMap((entries) => entries.map(({ command }) => command));
    const linked = contributes.viewsWelcome.flatMap(({ contents }: { contents: string }) =>
      [...contents.matchAll(/command:(srdeploy\.\w+)/g)].map(([, id]) => id),
    );
    expect([...used, ...linked].filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('the manifest', () => {
  it('gives every command the one category and no emoji', () => {
    for (const { category, title } of contributes.commands) {
      expect(category).toBe('Deployments');
      expect(title).not.toMatch(/\p{Extended_Pictographic}/u);
    }
  });

  it('shows exactly one icon in the title of an editor, and only on plans', () => {
    const icons = menus['editor/title']?.filter(({ group }) => group === 'navigation');
    expect(icons?.map(({ command }) => command)).toEqual([commandIds.plan]);
    for (const { when } of menus['editor/title'] ?? []) expect(when).toContain('resourceLangId == srdeploy');
    for (const { when } of menus['explorer/context'] ?? [])
      expect(when).toMatch(
        /resourceExtname == .srdeploy && !explorerResourceIsFolder|explorerResourceIsFolder && resourceFilename =~/,
      );
  });

  it('shows no row with more than three inline actions, also where several fit at once', () => {
    const inline = (menus['view/item/context'] ?? []).filter(({ group }) => group?.startsWith('inline'));
    for (const view of Object.values(viewIds))
      expect(inline.filter(({ when }) => when?.includes(view)).length).toBeLessThanOrEqual(3);
  });

  it('hides everything that acts in Restricted Mode and virtual workspaces', () => {
    for (const entries of Object.values(menus)) {
      for (const { command, when } of entries.filter((entry) => acting.includes(entry.command))) {
        expect(when, command).toContain('isWorkspaceTrusted');
        expect(when, command).toContain('!virtualWorkspace');
      }
    }
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
  });

  it('gives every setting a default and a description, every view an icon, and activates on nothing general', () => {
    for (const setting of Object.values<Record<string, unknown>>(contributes.configuration.properties)) {
      expect(setting).toHaveProperty('default');
      expect(setting.description ?? setting.markdownDescription).toBeTruthy();
    }
    for (const view of contributes.views[viewContainerId]) expect(view.icon).toBeTruthy();
    expect(manifest.activationEvents).not.toContain('*');
    expect(manifest.activationEvents).not.toContain('onStartupFinished');
  });

  it('has at most one button in each welcome text', () => {
    for (const { contents } of contributes.viewsWelcome)
      expect([...contents.matchAll(/^\[.*\]\(.*\)$/gm)].length).toBeLessThanOrEqual(1);
  });
});
