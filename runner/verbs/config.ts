import { join } from 'node:path';
import { readConfigValue, type World } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { chosenEditor, openEditor } from '../open-editor.ts';
import type { Project } from '../project.ts';
import { ok, type Result, refuse, refuseProblems } from '../result.ts';

/** A deploy config as it stands in its file, relative to the project. */
export interface ConfigFile {
  readonly file: string;
  readonly text: string;
}

export async function readConfigFile(project: Project, world: Pick<World, 'files'>): Promise<Result<ConfigFile>> {
  const file = configFileOf(project);
  if (file.type === 'error') return file;
  const read = await world.files.readText(file.value);
  if (read.type === 'found') return ok({ file: file.value, text: read.text });
  const detail = read.type === 'unreadable' ? `: ${read.message}` : ` (${read.type}).`;
  return refuse('FILE_UNREADABLE', `${file.value} cannot be read${detail}`, exitCodes.invalidInput);
}

/** What a config says, comments left out; refused with its problems where it is no JSON. */
export function configValue({ file, text }: ConfigFile): Result<unknown> {
  const read = readConfigValue(file, text);
  return read.type === 'value' ? ok(read.value) : refuseProblems(read.problems);
}

/** Opens the config in the editor that `VISUAL` or `EDITOR` names, and gives its file once that has ended well. */
export async function editConfig(
  project: Project,
  env: NodeJS.ProcessEnv,
  output: 'out' | 'error',
): Promise<Result<string>> {
  const file = configFileOf(project);
  if (file.type === 'error') return file;
  const editor = chosenEditor(env);
  if (editor === undefined) {
    const message = 'No editor is chosen. Set VISUAL or EDITOR, for example: VISUAL="code --wait" srdeploy config edit';
    return refuse('NO_EDITOR', message, exitCodes.invalidInput);
  }
  const end = await openEditor(editor, join(project.root, file.value), output);
  if (end.type === 'ended' && end.code === 0) return file;
  const how = end.type === 'not-started' ? end.message : `it ended with ${end.signal ?? `exit code ${end.code}`}`;
  const message = `The editor ${editor} failed: ${how}. ${file.value} is as the editor left it; check it with: srdeploy config validate`;
  return refuse('EDITOR_FAILED', message, exitCodes.stepFailed);
}

/** The config of a project; commands that need one say how to begin one. */
export function configFileOf({ root, configFile }: Project): Result<string> {
  if (configFile !== undefined) return ok(configFile);
  const message = `${root} has no deploy config. Begin one with: srdeploy init`;
  return refuse('NO_CONFIG', message, exitCodes.invalidInput);
}
