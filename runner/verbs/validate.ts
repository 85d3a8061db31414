import { isAbsolute, relative, sep } from 'node:path';
import { checkConfigText, checkPlanText, isDeployConfigName, type PlanDocument, type World } from '../../core/index.ts';
import type { FindingView } from '../../protocol/index.ts';
import { type DangerOptions, dangersOfDocument } from '../dangers.ts';
import type { Project } from '../project.ts';
import { filesBelow } from '../project-facts.ts';
import { findingView } from '../result.ts';
import { validationFacts } from '../validation-facts.ts';

export interface ValidatedFile {
  readonly file: string;
  readonly findings: readonly FindingView[];
}

/** The findings of a plan document or deploy config: the very ones that the editor shows. `file` is relative to the project. Who validates many files gives the same `facts` to all. */
export async function validateFile(
  project: Project,
  file: string,
  world: Pick<World, 'effects' | 'files' | 'syntax'>,
  facts = validationFacts(project),
): Promise<ValidatedFile> {
  const read = await world.files.readText(file);
  if (read.type !== 'found') {
    const detail = read.type === 'unreadable' ? `: ${read.message}` : ` (${read.type}).`;
    return {
      file,
      findings: [{ code: 'FILE_UNREADABLE', severity: 'error', message: `${file} cannot be read${detail}`, file }],
    };
  }
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (isDeployConfigName(name))
    return { file, findings: checkConfigText(file, read.text, facts).problems.map(findingView) };
  const { document, problems } = checkPlanText(file, read.text, facts);
  const dangers = document ? await dangersOf(document, { project, world }) : [];
  return { file, findings: [...problems.map(findingView), ...dangers] };
}

/** What the scripts of a document can do. It is shown and refuses nothing: an error of the danger report is a warning here. */
async function dangersOf(document: PlanDocument, options: DangerOptions): Promise<readonly FindingView[]> {
  const found = await dangersOfDocument(document, options);
  return found.map(({ code, severity, message, file, range, category, saferForm }) => ({
    code,
    severity: severity === 'error' ? 'warning' : severity,
    message,
    file,
    range,
    category,
    saferForm,
  }));
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
