import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { World } from '../core/index.ts';
import type { ErrorView, FindingView } from '../protocol/index.ts';
import { exitCodes } from '../protocol/index.ts';
import {
  actor,
  createMachine,
  createOperatorDesk,
  createRunStore,
  createWorld,
  findProject,
  type Machine,
  type OperatorDesk,
  type Project,
  type RunStore,
  rememberingMachine,
} from '../runner/index.ts';
import { differenceLines } from './text/difference-lines.ts';
import { findingText } from './text/finding-text.ts';
import { type Paint, paintFor } from './text/paint.ts';
import { safeText } from './text/safe-text.ts';

/** What every command may use. */
export interface Cli {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** The folder of the bundles. */
  readonly dist: string;
  /** The same one each time, made when it is first asked for. */
  machine(): Machine;
  readonly by: string;
  readonly paint: Paint;
  /** Turns what a command resolves with into the exit code of the process. */
  ends<Arguments extends unknown[]>(
    command: (...given: Arguments) => Promise<number>,
  ): (...given: Arguments) => Promise<void>;
  readonly exit: { code: number };
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: true;
  readonly project?: string;
}

/** A project opened for a command. */
export interface Opened {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  readonly desk: OperatorDesk;
}

export function createCli(dist: string): Cli {
  const exit = { code: exitCodes.done as number };
  let machine: Machine | undefined;
  return {
    out: process.stdout,
    err: process.stderr,
    env: process.env,
    dist,
    machine() {
      machine ??= rememberingMachine(createMachine(dist));
      return machine;
    },
    by: actor(process.env),
    paint: paintFor(process.stdout, process.env),
    exit,
    ends:
      (command) =>
      async (...given) => {
        exit.code = await command(...given);
      },
  };
}

/** The project of `--project`, of the file that the command is about, or of the working folder. */
export async function openProject(
  cli: Cli,
  options: CommonOptions,
  { file, access = 'read' }: { readonly file?: string; readonly access?: 'read' | 'act' } = {},
): Promise<Opened> {
  if (options.project !== undefined && !existsSync(options.project)) {
    const message = `The project ${options.project} does not exist.`;
    throw new CommandFailure({ code: 'NO_SUCH_PROJECT', message, exitCode: exitCodes.invalidInput });
  }
  const project = options.project === undefined ? findProject(file ?? '.') : findProject(resolve(options.project));
  const desk = createOperatorDesk();
  const created = await createWorld({
    project: project.root,
    machine: cli.machine(),
    env: cli.env,
    secrets: {},
    operator: desk.operator,
    access,
  });
  if (created.type === 'refused') {
    throw new CommandFailure({ code: 'STATE_STORE_REFUSED', message: created.message, exitCode: exitCodes.unknown });
  }
  return { project, world: created.world, store: createRunStore(project.root), desk };
}

/** Ends a command with an error view; thrown at the edge only, caught in `main`. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly view: ErrorView;
  constructor(view: ErrorView) {
    super(view.message);
    this.view = view;
  }
}

/** The value of a verb's answer, or the end of the command. */
export function expectOk<T>(result: { type: 'ok'; value: T } | { type: 'error'; error: ErrorView }): T {
  if (result.type === 'ok') return result.value;
  throw new CommandFailure(result.error);
}

/** One JSON object on standard output; every one names its version. */
export const printJson = (cli: Cli, value: object): void => {
  cli.out.write(`${JSON.stringify({ v: 1, ...value })}\n`);
};

export const printLines = (cli: Cli, lines: readonly string[]): void => {
  cli.out.write(lines.map((line) => `${line}\n`).join(''));
};

/** An error: text for people on standard error, and with `--json` the object on standard output. */
export function printError(cli: Cli, view: ErrorView, json: boolean): void {
  const { code, message, problems, needs, differences } = view;
  if (json) {
    const more = { ...(problems && { problems }), ...(needs && { needs }), ...(differences && { differences }) };
    printJson(cli, { error: { code, message, ...more } });
  }
  const paint = paintFor(cli.err, cli.env);
  for (const problem of problems ?? []) cli.err.write(`${findingText(problem, paint)}\n`);
  for (const line of differenceLines(differences ?? [], paint)) cli.err.write(`${line}\n`);
  const isTold = problems?.length === 1 && problems[0]?.message === message;
  if (!isTold) cli.err.write(`${paint('bad', 'error')} ${code} ${safeText(message)}\n`);
}

export const hasErrors = (findings: readonly FindingView[]): boolean =>
  findings.some(({ severity }) => severity === 'error');
