import type { LensCommands } from '../protocol/index.ts';
import type { Chance } from './chance.ts';
import type { OpenDocument } from './open-document.ts';
import type { PlansScripts } from './plan-scripts.ts';
import type { Project } from './project.ts';
import type { ProjectDocument } from './project-documents.ts';
import type { PlanObjects } from './project-objects.ts';

/** What the features need of the world around a document. */
export interface Around {
  readonly chance: Chance;
  /** The plan documents and the deploy config of a project. */
  documentsOf(project: Project): readonly ProjectDocument[];
  /** Which plan documents name a script. */
  readonly plansNaming: Pick<PlansScripts, 'besides'>;
  /** What the SQL scripts behind a plan document make. */
  objectsOf(document: OpenDocument): PlanObjects;
  /** The text of a file by its absolute path, as it stands in the editor or else on disk; undefined where it cannot be read or is too long to be looked at. */
  textOf(path: string): string | undefined;
  /** The editor's commands behind code lenses; undefined where it has none. */
  readonly commands: LensCommands | undefined;
  /** True where the editor shows changes that a person confirms first. */
  readonly confirmsChanges: boolean;
  /** True where the editor takes one stretch for all items of a completion. */
  readonly sharesEditRange: boolean;
  /** True where an edit may make files. */
  readonly createsFiles: boolean;
}
