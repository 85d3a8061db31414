import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type FoundParts, hasNoParts, type TargetId } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { type BegunConfig, initProject } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, printJson, printLines } from '../context.ts';
import { inputFailure, namedTarget } from '../named-plan.ts';
import { foundLines } from '../text/found-lines.ts';
import { safeLine } from '../text/safe-text.ts';

interface InitOptions extends CommonOptions {
  readonly name?: string;
  readonly target?: readonly string[];
  readonly print?: true;
}

export const addInit = (program: Command, cli: Cli): void => {
  program
    .command('init')
    .description('look at a folder and write a deploy config for what it holds; never over one that is there')
    .argument('[folder]', 'the folder; the working folder when not given')
    .option('--name <name>', 'what the project is called in the history of its targets')
    .option('--target <id>', 'a target to write; repeatable', (id: string, before?: string[]) => [
      ...(before ?? []),
      id,
    ])
    .option('--print', 'print the config and write nothing')
    .action(
      cli.ends(async (folder: string | undefined, _options: object, command: Command) =>
        init(cli, folder, command.optsWithGlobals()),
      ),
    );
};

async function init(cli: Cli, given: string | undefined, options: InitOptions): Promise<number> {
  if (given !== undefined && options.project !== undefined)
    throw inputFailure('USAGE', 'The folder is named twice: leave --project out.');
  const folder = resolve(given ?? options.project ?? '.');
  const begun = expectOk(
    await initProject({
      folder,
      name: options.name,
      targets: targetsOf(options),
      mode: options.print ? 'print' : 'write',
    }),
  );
  if (options.json) printJson(cli, { ...begun, next: nextCommands(begun, folder) });
  else if (options.print) cli.out.write(begun.text);
  else printLines(cli, toldLines(begun, folder));
  return exitCodes.done;
}

const targetsOf = ({ target = [] }: InitOptions): readonly TargetId[] =>
  [...new Set(target)].flatMap((word) => namedTarget(word) ?? []);

function toldLines(begun: BegunConfig, folder: string): readonly string[] {
  const lines = foundLines(begun.found);
  return [
    ...(lines.length > 0 ? ['Found:', ...lines.map((line) => `  ${line}`)] : []),
    ...(hasNoParts(begun.found) ? ['Nothing to deploy was found: the config begins with examples.'] : []),
    ...noteLines(begun.found),
    '',
    `Wrote ${safeLine(relative(process.cwd(), resolve(folder, begun.file)))}.`,
    '',
    'Next:',
    ...nextCommands(begun, folder).map((command) => `  ${safeLine(command)}`),
  ];
}

const mostNotes = 20;

function noteLines({ notes, infra }: FoundParts): readonly string[] {
  const all = infra ? [...notes, 'The section "infra" is checked in this version and not acted on.'] : notes;
  const more = all.length - mostNotes;
  return [
    ...all.slice(0, mostNotes).map((note) => `note ${safeLine(note)}`),
    ...(more > 0 ? [`note ${more} more; --json has them all.`] : []),
  ];
}

/** What a person does next, in this order. `cd` comes first where the folder is another one. */
function nextCommands({ targets, variables }: BegunConfig, folder: string): readonly string[] {
  const [target = 'staging'] = targets;
  return [
    ...(folder === process.cwd() ? [] : [`cd ${shellWord(relative(process.cwd(), folder))}`]),
    'srdeploy config edit',
    ...(targets.length === 0 ? [`srdeploy target add ${target} --kind staging`] : []),
    ...variables.map((name) => `srdeploy env set ${name} --target ${target} --secret`),
    `srdeploy plan --target ${target}`,
  ];
}

/** A path as a shell takes it for one word that is no option. */
function shellWord(path: string): string {
  const word = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
