import type { StatusLook } from '../../protocol/index.ts';

/** A row of a tree, before VS Code's own types: what it says, in words first. */
export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Codicon and, where it has one, the id of a theme colour. */
  readonly icon: string;
  readonly colour: string | undefined;
  /** Markdown. */
  readonly tooltip: string;
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
}

/** The theme colour of a tone. */
export const colours: Readonly<Record<StatusLook['tone'], string | undefined>> = {
  calm: undefined,
  busy: 'progressBar.background',
  attention: 'editorWarning.foreground',
  good: 'testing.iconPassed',
  bad: 'testing.iconFailed',
};

/** Trees spin their icons by a name of their own. */
export const treeIcon = ({ icon }: StatusLook): string => (icon === 'loading' ? 'loading~spin' : icon);
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** Text that Markdown shows as it is. */
export const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&');
