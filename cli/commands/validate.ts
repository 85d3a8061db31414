import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../../protocol/index.ts';
import { documentsOf, insideProject, type ValidatedFile, validateFile } from '../../runner/index.ts';
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

export const addValidate = (program: Command, cli: Cli): void => {
  program
    .command('validate')
    .description('check plan documents and deploy configs; runs nothing and opens no database')
    .argument('[files...]', 'plan documents or deploy configs; all of the project when none is named')
    .action(
      cli.ends(async (files: string[], _options: object, command: Command) =>
        validate(cli, files, command.optsWithGlobals()),
      ),
    );
};

async function validate(cli: Cli, files: readonly string[], options: CommonOptions): Promise<number> {
  const validated =
    files.length === 0
      ? await validateProject(cli, options)
      : await Promise.all(files.map((file) => validateOne(cli, file, options)));
  return printValidated(cli, validated, options);
}

/** Prints what was found, and gives the exit code that it means. */
export function printValidated(cli: Cli, validated: readonly ValidatedFile[], { json }: CommonOptions): number {
  if (json) printJson(cli, { files: validated });
  else printLines(cli, textOf(validated, cli));
  return validated.some(({ findings }) => hasErrors(findings)) ? exitCodes.invalidInput : exitCodes.done;
}

async function validateProject(cli: Cli, options: CommonOptions): Promise<ValidatedFile[]> {
  const { project, world } = await openProject(cli, options);
  const documents = documentsOf(project);
  if (documents.length === 0) {
    throw new CommandFailure({
      code: 'NOTHING_TO_VALIDATE',
      message: `${project.root} has no plan document (*.srdeploy) and no deploy config. Name a file, or a project with --project.`,
      exitCode: exitCodes.invalidInput,
    });
  }
  return Promise.all(documents.map((file) => validateFile(project, file, world)));
}

async function validateOne(cli: Cli, file: string, options: CommonOptions): Promise<ValidatedFile> {
  const absolute = resolve(file);
  if (!existsSync(absolute)) {
    return {
      file,
      findings: [{ code: 'FILE_UNREADABLE', severity: 'error', message: `${file} does not exist.`, file }],
    };
  }
  const { project, world } = await openProject(cli, options, { file: absolute });
  const inside = insideProject(project, absolute);
  if (inside === undefined) {
    return {
      file,
      findings: [
        {
          code: 'FILE_UNREADABLE',
          severity: 'error',
          message: `${file} lies outside the project ${project.root}.`,
          file,
        },
      ],
    };
  }
  const { findings } = await validateFile(project, inside, world);
  return { file, findings };
}

function textOf(validated: readonly ValidatedFile[], cli: Cli): string[] {
  const lines = validated.flatMap(({ file, findings }) =>
    findings.length === 0
      ? [`${cli.paint('good', 'ok')} ${file}`]
      : findings.map((finding) => findingText(finding.category ? finding : { ...finding, file }, cli.paint)),
  );
  const count = (severity: string) =>
    validated.flatMap(({ findings }) => findings).filter((one) => one.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  return [
    ...lines,
    '',
    `${validated.length} file${validated.length === 1 ? '' : 's'}, ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`,
  ];
}
