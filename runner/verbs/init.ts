import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type FoundParts, findParts, proposeConfig, type SeenFolder, type TargetId } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { lookAtFolder } from '../look-at-folder.ts';
import { projectIn } from '../project.ts';
import { ok, type Result, refuse } from '../result.ts';
import { writeNewSource } from '../write-new-source.ts';

export interface InitRequest {
  /** Absolute. */
  readonly folder: string;
  /** Undefined: what the project's package calls itself, else the name of the folder. */
  readonly name: string | undefined;
  readonly targets: readonly TargetId[];
  /** `print` writes nothing, and does not mind a config that is there. */
  readonly mode: 'write' | 'print';
}

/** A config that was begun. */
export interface BegunConfig {
  /** Relative to the folder. */
  readonly file: string;
  readonly written: boolean;
  readonly text: string;
  readonly found: FoundParts;
  /** Targets that the config has. */
  readonly targets: readonly string[];
  /** Variables that it needs values of. */
  readonly variables: readonly string[];
}

const file = 'deploy-config.json';

/** Looks at a folder and writes a deploy config for what it holds. Never writes over a file. Spec: orchestration, task 1, "init". */
export async function initProject({ folder, name, targets, mode }: InitRequest): Promise<Result<BegunConfig>> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const message = `There is no folder ${folder}. Name one that exists, or make it first.`;
    return refuse('NO_SUCH_PROJECT', message, exitCodes.invalidInput);
  }
  if (name !== undefined && !/\S/.test(name))
    return refuse('BAD_NAME', 'The name of a project must not be empty. Give one with --name.', exitCodes.invalidInput);
  const { configFile } = projectIn(folder);
  if (mode === 'write' && configFile !== undefined) return isThere(configFile);
  const seen = look(folder);
  if (seen.type === 'error') return seen;
  const found = findParts(seen.value);
  const project = name ?? found.name ?? nameOf(folder);
  const proposed = proposeConfig(found, { project, targets });
  if (mode === 'write' && !(await writeNewSource(join(folder, file), proposed.text))) return isThere(file);
  return ok({ file, written: mode === 'write', found, ...proposed });
}

function look(folder: string): Result<SeenFolder> {
  try {
    return ok(lookAtFolder(folder));
  } catch (error) {
    const message = `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return refuse('FILE_UNREADABLE', message, exitCodes.invalidInput);
  }
}

/** The top of a disk has no name. */
function nameOf(folder: string): string | undefined {
  const name = basename(folder);
  return /\S/.test(name) ? name : undefined;
}

const isThere = (config: string): Result<never> =>
  refuse(
    'CONFIG_EXISTS',
    `The folder has a deploy config already, ${config}; nothing was written. See what would be written with: srdeploy init --print`,
    exitCodes.invalidInput,
  );
