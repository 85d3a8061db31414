import type { CommandLine } from '../model/command-line.ts';
import { type ArgvTemplate, argvTemplate } from './argv-template.ts';
import { fillUse, type PlaceholderUse, type PlaceholderValues } from './placeholder-use.ts';
import { type ShellTemplate, shellTemplate } from './shell-template.ts';

/** A command with placeholders, of which nothing but the values is missing. */
export type CommandTemplate = (ArgvTemplate | ShellTemplate) & {
  /** The placeholders it uses, in the order of their first use. Which of them have a value is for the caller to say. */
  readonly names: readonly string[];
};

export type ParsedTemplate =
  | { readonly type: 'template'; readonly template: CommandTemplate }
  | { readonly type: 'refused'; readonly reasons: readonly string[] };

export type FilledCommand =
  | { readonly type: 'filled'; readonly command: CommandLine }
  | { readonly type: 'refused'; readonly reasons: readonly string[] };

/**
 * A command of a deploy config, as one text for the shell or a list of words. Refused, with all reasons, is what no value can be put into safely. Spec: rulings,
 * "Commands and placeholders".
 */
export function parseCommandTemplate(source: string | readonly string[]): ParsedTemplate {
  if ([source].flat().some((text) => text.includes('\0')))
    return {
      type: 'refused',
      reasons: ['The command holds a NUL character, which no program can be given. Remove it.'],
    };
  const template = typeof source === 'string' ? shellTemplate(source) : argvTemplate(source);
  if (template.type === 'refused') return template;
  return { type: 'template', template: { ...template, names: [...new Set(usesOf(template).map(({ name }) => name))] } };
}

/**
 * The command for one set of values, which are handed over beside a text for the shell and never become part of it. Refused, with all reasons,
 * are values that would be read as something else at their place.
 */
export function fillCommand(template: CommandTemplate, values: PlaceholderValues): FilledCommand {
  const filled = usesOf(template).map((use) => fillUse(use, values));
  const reasons = filled.flatMap((one) => (one.type === 'refused' ? [one.reason] : []));
  if (reasons.length > 0) return { type: 'refused', reasons: [...new Set(reasons)] };
  const given = filled.flatMap((one) => (one.type === 'value' ? [one.value] : []));
  return { type: 'filled', command: commandOf(template, given) };
}

function usesOf(template: ArgvTemplate | ShellTemplate): readonly PlaceholderUse[] {
  return template.type === 'shell' ? template.uses : template.words.flat().filter((piece) => typeof piece !== 'string');
}

/** `given` has one value for each use. */
function commandOf(template: CommandTemplate, given: readonly string[]): CommandLine {
  if (template.type === 'shell') {
    const { text } = template;
    return given.length > 0 ? { type: 'shell', text, positional: given } : { type: 'shell', text };
  }
  const values = given.values();
  const argv = template.words.map((pieces) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : (values.next().value ?? ''))).join(''),
  );
  return { type: 'argv', argv };
}
