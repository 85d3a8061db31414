import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface MenuEntry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}
interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly activationEvents: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly capabilities: Readonly<
    Record<'untrustedWorkspaces' | 'virtualWorkspaces', { supported: unknown; description: string }>
  >;
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category?: string; icon?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly keybindings?: readonly { command: string; key: string; when?: string }[];
    readonly colors?: readonly unknown[];
    readonly walkthroughs?: readonly { steps: readonly { media: unknown; completionEvents?: readonly string[] }[] }[];
    readonly viewsContainers: Readonly<Record<string, readonly { id: string; title: string; icon: string }[]>>;
    readonly views: Readonly<Record<string, readonly { id: string; name: string; icon?: string }[]>>;
    readonly viewsWelcome: readonly { view: string; contents: string; when?: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
  };
}

const root = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const menu = (name: string): readonly MenuEntry[] => contributes.menus[name] ?? [];
const everyMenu = Object.entries(contributes.menus).flatMap(([name, entries]) =>
  entries.map((entry) => ({ ...entry, menu: name })),
);

/** What the Marketplace accepts, as far as it fits us. */
const categories = ['Programming Languages', 'Snippets', 'Linters', 'Formatters', 'Visualization', 'Testing', 'Other'];

/** Commands that reach a target, start or steer a run, or handle a secret. */
const acting = ['plan', 'run', 'resume', 'cancel', 'continue', 'approve', 'setSecret', 'deleteSecret'].map(
  (name) => `srdeploy.${name}`,
);

describe('the manifest: views', () => {
  it('has one container in the activity bar with at most five views, each with an icon', () => {
    expect(Object.keys(contributes.viewsContainers)).toEqual(['activitybar']);
    expect(contributes.viewsContainers.activitybar).toHaveLength(1);
    const views = Object.values(contributes.views).flat();
    expect(views.length).toBeLessThanOrEqual(5);
    expect(views.filter((view) => !view.icon)).toEqual([]);
  });

  it('shows at most three actions on a row; what excludes each other shares a place', () => {
    const places = new Map<string, Set<string>>();
    for (const { when, group } of menu('view/item/context')) {
      if (!group?.startsWith('inline')) continue;
      const view = /view == ([\w.]+)/.exec(when ?? '')?.[1] ?? 'every view';
      places.set(view, (places.get(view) ?? new Set()).add(group));
    }
    expect([...places].filter(([, groups]) => groups.size > 3)).toEqual([]);
  });

  it('welcomes with at most one button, and with a text of its own for each reason', () => {
    for (const { contents } of contributes.viewsWelcome) {
      expect(contents.split('\n').filter((line) => /^\[[^\]]+\]\([^)]+\)$/.test(line)).length).toBeLessThanOrEqual(1);
    }
    for (const view of Object.values(contributes.views).flat()) {
      const texts = contributes.viewsWelcome.filter((one) => one.view === view.id);
      expect(texts.length).toBeGreaterThan(0);
      expect(new Set(texts.map((one) => one.when)).size).toBe(texts.length);
    }
  });

  it('uses product icons that exist, and no colours of its own', () => {
    const known = read('node_modules/@vscode/codicons/dist/codicon.css');
    const icons = [...contributes.commands, ...Object.values(contributes.views).flat()].flatMap(
      ({ icon }) => icon ?? [],
    );
    const wrong = icons.filter((icon) => !known.includes(`.codicon-${/^\$\(([\w-]+)\)$/.exec(icon)?.[1]}:`));
    expect(wrong).toEqual([]);
    expect(contributes.colors).toBeUndefined();
  });
});

describe('the manifest: commands and menus', () => {
  it('gives every command the same category and a title without emoji', () => {
    expect(new Set(contributes.commands.map((one) => one.category))).toEqual(new Set(['Deployments']));
    expect(contributes.commands.filter((one) => /\p{Extended_Pictographic}/u.test(one.title))).toEqual([]);
  });

  it('puts only declared commands into menus', () => {
    const declared = contributes.commands.map((one) => one.command);
    expect(everyMenu.filter(({ command }) => command && !declared.includes(command))).toEqual([]);
  });

  it('binds no key that would work outside of our own files and views', () => {
    const unbound = (contributes.keybindings ?? []).filter(({ when }) => !/srdeploy/.test(when ?? ''));
    expect(unbound).toEqual([]);
  });

  it('hides what acts from Restricted Mode and virtual workspaces in every menu, the palette included', () => {
    const inPalette = new Set(menu('commandPalette').map((one) => one.command));
    expect(acting.filter((command) => !inPalette.has(command))).toEqual([]);
    const open = everyMenu.filter(
      ({ command, when }) =>
        acting.includes(command ?? '') && !/isWorkspaceTrusted && !virtualWorkspace$/.test(when ?? ''),
    );
    expect(open).toEqual([]);
  });

  it('shows at most one icon in the title of an editor, and only for plans and deploy configs', () => {
    const entries = menu('editor/title');
    expect(entries.filter(({ group }) => group?.startsWith('navigation')).length).toBeLessThanOrEqual(1);
    expect(entries.filter(({ when }) => !/resourceLangId == srdeploy/.test(when ?? ''))).toEqual([]);
  });

  it('adds at most four entries to the explorer, on plans, deploy configs and folders of migrations only', () => {
    const entries = menu('explorer/context');
    const onFiles = entries.filter(({ when }) => when?.startsWith('!explorerResourceIsFolder'));
    expect(onFiles.length).toBeLessThanOrEqual(4);
    expect(entries.length - onFiles.length).toBeLessThanOrEqual(4);
    const ours =
      /^!explorerResourceIsFolder && resourceFilename =~ \/\\\.srdeploy\$|^explorerResourceIsFolder && resourceFilename =~ \/\^\(migrations/;
    expect(entries.filter(({ when }) => !ours.test(when ?? ''))).toEqual([]);
  });
});

describe('the manifest: settings, trust and activation', () => {
  it('gives every setting a default, a description and a place in the list', () => {
    const wrong = Object.entries(contributes.configuration.properties).filter(
      ([, one]) =>
        one.default === undefined || !(one.description ?? one.markdownDescription) || one.order === undefined,
    );
    expect(wrong).toEqual([]);
  });

  it('works in part in Restricted Mode and in virtual workspaces, and says how', () => {
    for (const capability of [manifest.capabilities.untrustedWorkspaces, manifest.capabilities.virtualWorkspaces]) {
      expect(capability.supported).toBe('limited');
      expect(capability.description.length).toBeGreaterThan(40);
    }
  });

  it('starts only where there is a plan or one of our panels', () => {
    const eager = manifest.activationEvents.filter((event) => event === '*' || event.startsWith('onStartup'));
    expect(eager).toEqual([]);
  });

  it('has at most one walkthrough of at most five steps, each with a picture and a way to be done', () => {
    const walkthroughs = contributes.walkthroughs ?? [];
    expect(walkthroughs.length).toBeLessThanOrEqual(1);
    for (const { steps } of walkthroughs) {
      expect(steps.length).toBeLessThanOrEqual(5);
      expect(steps.filter((step) => !step.media || !step.completionEvents?.length)).toEqual([]);
    }
  });
});

describe('the manifest: what is published', () => {
  it('has a square PNG icon of at least 128 pixels', () => {
    const png = readFileSync(join(root, manifest.icon));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    expect(width).toBe(height);
    expect(width).toBeGreaterThanOrEqual(128);
  });

  it('has a readme, a changelog and a licence, whose pictures are neither SVG nor insecure', () => {
    for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE']) expect(existsSync(join(root, file)), file).toBe(true);
    const pictures = ['README.md', 'CHANGELOG.md'].flatMap((file) =>
      [...read(file).matchAll(/!\[[^\]]*\]\(([^)\s]+)/g)].map((match) => match[1] as string),
    );
    expect(pictures.filter((url) => /^http:/.test(url) || /\.svg(\?|$)/.test(url))).toEqual([]);
  });

  it('names categories that exist and at most five keywords', () => {
    expect(manifest.categories.filter((one) => !categories.includes(one))).toEqual([]);
    expect(manifest.keywords.length).toBeLessThanOrEqual(5);
  });

  it('names only files that exist', () => {
    const wrong = namedFiles(contributes).filter((file) => !existsSync(join(root, file)));
    expect(wrong).toEqual([]);
  });

  it('is bundled before it is packed, and ships nothing that is not named', () => {
    expect(manifest.main).toBe('./dist/extension.js');
    expect(manifest.scripts['vscode:prepublish']).toContain('build');
    expect(manifest.dependencies).toBeUndefined();
    const rules = read('.vscodeignore').split('\n');
    expect(rules.filter((line) => line !== '' && !/^[#!]/.test(line))).toEqual(['**']);
    expect(rules.filter((line) => /node_modules|\.map|^!dist\/\*\*|^!\*/.test(line))).toEqual([]);
  });
});

/** Every text below a value that looks like a path into the extension; `filenames` are names of files of other people. */
function namedFiles(value: unknown): string[] {
  if (typeof value === 'string')
    return /^(\.\/)?(media|schemas|syntaxes|snippets|[\w-]+\.json)\b/.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => (key === 'filenames' ? [] : namedFiles(below)));
}
