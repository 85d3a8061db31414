import type { VscodeWindow } from './vscode-window.ts';

/** The four themes that every surface is looked at in: setting value and the class that the workbench then has. */
const themes = {
  light: { id: 'Light 2026', mark: 'vs' },
  dark: { id: 'Dark 2026', mark: 'vs-dark' },
  'high-contrast-dark': { id: 'Default High Contrast', mark: 'hc-black' },
  'high-contrast-light': { id: 'Default High Contrast Light', mark: 'hc-light' },
} as const;

export type ThemeName = keyof typeof themes;

export const themeNames = Object.keys(themes) as readonly ThemeName[];

/** Switches the window to a theme; the workbench has it when this returns. */
export async function setTheme(window: VscodeWindow, name: ThemeName): Promise<void> {
  const { id, mark } = themes[name];
  await window.server.changeSettings({ 'workbench.colorTheme': id });
  await window.page.locator(`.monaco-workbench.${mark}`).waitFor();
}
