import { isAbsolute, relative, sep } from 'node:path';
import { checkConfigText, checkPlanText, isDeployConfigName, type World } from '../../core/index.ts';
import type { FindingView } from '../../protocol/index.ts';
import type { Project } from '../project.ts';
import { filesBelow, projectFacts } from '../project-facts.ts';
import { findingView } from '../result.ts';

export interface ValidatedFile {
  readonly file: string;
  readonly findings: readonly FindingView[];
}

/** The findings of a plan document or deploy config: the very ones that the editor shows. `file` is relative to the project. */
export async function validateFile(project: Project, file: string, files: World['files']): Promise<ValidatedFile> {
  const read = await files.readText(file);
  if (read.type !== 'found') {
    const detail = read.type === 'unreadable' ? `: ${read.message}` : ` (${read.type}).`;
    return {
      file,
      findings: [{ code: 'FILE_UNREADABLE', severity: 'error', message: `${file} cannot be read${detail}`, file }],
    };
  }
  const name = file.slice(file.lastIndexOf('/') + 1);
  const { problems } = isDeployConfigName(name)
    ? checkConfigText(file, read.text)
    : checkPlanText(file, read.text, projectFacts(project.root));
  return { file, findings: problems.map(findingView) };
}

/** The plan documents of a project and its deploy config, relative to it. */
export function documentsOf(project: Project): readonly string[] {
  return [...planDocumentsOf(project), ...(project.configFile === undefined ? [] : [project.configFile])];
}

export const planDocumentsOf = (project: Project): readonly string[] => filesBelow(project.root, '.srdeploy');

/** A path that a person gave, relative to the project with `/`; undefined where it lies outside. */
export function insideProject(project: Project, absolute: string): string | undefined {
  const path = relative(project.root, absolute);
  return path.startsWith('..') || isAbsolute(path) ? undefined : path.split(sep).join('/');
}
