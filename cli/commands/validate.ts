import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { documentsOf, insideProject, validateFile, validationFacts } from '../../runner/index.ts';
import {
  type Cli,
  CommandFailure,
  type CommonOptions,
  hasErrors,
  openProject,
  printJson,
  printLines,
} from '../context.ts';
import { findingText } from '../text/finding-text.ts';
import { findingsGithub } from '../text/findings-github.ts';
import { findingsSarif } from '../text/findings-sarif.ts';
import { type JudgedFile, placedFindings } from '../text/placed-findings.ts';

/** The version in package.json, put in by the build. */
declare const SRDEPLOY_VERSION: string;

const formats = ['text', 'json', 'sarif', 'github'] as const;

interface ValidateOptions extends CommonOptions {
  readonly format?: (typeof formats)[number];
}

export const addValidate = (program: Command, cli: Cli): void => {
  program
    .command('validate')
    .description('check plan documents and deploy configs; runs nothing and opens no database')
    .argument('[files...]', 'plan documents or deploy configs; all of the project when none is named')
    .addOption(
      new Option(
        '--format <form>',
        'how findings are printed; text when not given; github: as annotations of a workflow',
      ).choices(formats),
    )
    .action(
      cli.ends(async (files: string[], _options: object, command: Command) =>
        validate(cli, files, command.optsWithGlobals()),
      ),
    );
};

async function validate(cli: Cli, files: readonly string[], options: ValidateOptions): Promise<number> {
  const validated =
    files.length === 0
      ? await validateProject(cli, options)
      : await Promise.all(files.map((file) => validateOne(cli, file, options)));
  return printValidated(cli, validated, options);
}

/** Prints what was found, and gives the exit code that it means. */
export function printValidated(cli: Cli, judged: readonly JudgedFile[], { json, format }: ValidateOptions): number {
  // Annotations are of files of the repository that a workflow has checked out, wherever in it the command runs.
  const findings = () => placedFindings(judged, cli.env.GITHUB_WORKSPACE || process.cwd());
  if (json || format === 'json') printJson(cli, { files: judged.map(({ file, findings }) => ({ file, findings })) });
  else if (format === 'sarif') printLines(cli, [JSON.stringify(findingsSarif(findings(), SRDEPLOY_VERSION))]);
  else if (format === 'github') printLines(cli, [...findingsGithub(findings()), countText(judged)]);
  else printLines(cli, textOf(judged, cli));
  return judged.some(({ findings }) => hasErrors(findings)) ? exitCodes.invalidInput : exitCodes.done;
}

async function validateProject(cli: Cli, options: CommonOptions): Promise<JudgedFile[]> {
  const { project, world } = await openProject(cli, options);
  const documents = documentsOf(project);
  if (documents.length === 0) {
    throw new CommandFailure({
      code: 'NOTHING_TO_VALIDATE',
      message: `${project.root} has no plan document (*.srdeploy) and no deploy config. Name a file, or a project with --project.`,
      exitCode: exitCodes.invalidInput,
    });
  }
  const facts = validationFacts(project);
  return Promise.all(
    documents.map(async (file) => ({ ...(await validateFile(project, file, world, facts)), root: project.root })),
  );
}

async function validateOne(cli: Cli, file: string, options: CommonOptions): Promise<JudgedFile> {
  const absolute = resolve(file);
  if (!existsSync(absolute)) return unreadable(file, `${file} does not exist.`);
  const { project, world } = await openProject(cli, options, { file: absolute });
  const inside = insideProject(project, absolute);
  if (inside === undefined) return unreadable(file, `${file} lies outside the project ${project.root}.`);
  const { findings } = await validateFile(project, inside, world);
  return { file, findings, root: project.root };
}

const unreadable = (file: string, message: string): JudgedFile => ({
  file,
  findings: [{ code: 'FILE_UNREADABLE', severity: 'error', message, file }],
  root: process.cwd(),
});

const textOf = (judged: readonly JudgedFile[], cli: Cli): readonly string[] => [
  ...judged.flatMap(({ file, findings }) =>
    findings.length === 0
      ? [`${cli.paint('good', 'ok')} ${file}`]
      : findings.map((finding) => findingText(finding.category ? finding : { ...finding, file }, cli.paint)),
  ),
  '',
  countText(judged),
];

function countText(judged: readonly JudgedFile[]): string {
  const count = (severity: string) =>
    judged.flatMap(({ findings }) => findings).filter((one) => one.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  return `${judged.length} file${judged.length === 1 ? '' : 's'}, ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`;
}
