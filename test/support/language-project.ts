import { TextDocument } from 'vscode-languageserver-textdocument';
import { planPartsOf, readDeployConfig, readSource } from '../../core/index.ts';
import type { Around } from '../../server/around.ts';
import { type OpenDocument, openDocument } from '../../server/open-document.ts';
import { createPlansScripts } from '../../server/plan-scripts.ts';
import type { Projects } from '../../server/project.ts';
import { createProjectObjects } from '../../server/project-objects.ts';

/** A project in memory whose documents are all open, as the features of the language server see it. */
export interface LanguageProject {
  readonly around: Around;
  readonly uri: (file: string) => string;
  document(file: string): OpenDocument;
  text(file: string): TextDocument;
}

/** Files by their paths; SQL files are there, plan documents and configs are open. What looks at the disk finds nothing there unless `root` is a folder. */
export function languageProject(
  files: Readonly<Record<string, string>>,
  more: Partial<Omit<Around, 'documentsOf' | 'objectsOf' | 'plansNaming'>> = {},
  root = '/shop',
): LanguageProject {
  const names = Object.keys(files);
  const scripts = names.filter((name) => name.endsWith('.sql'));
  const uri = (file: string) => `file://${root}/${file}`;
  const projects: Projects = {
    of: () => ({
      root,
      facts: {
        scriptAt: (path) => (scripts.includes(path) ? 'present' : 'missing'),
        scripts: () => scripts,
        connections() {
          const text = files['deploy-config.json'];
          const known =
            text === undefined ? undefined : readDeployConfig('deploy-config.json', text).config?.connections;
          return known && [...known.keys()];
        },
        plansWithId: (id) =>
          names.flatMap((file) => {
            const found = file.endsWith('.srdeploy') && planPartsOf(readSource(file, files[file] ?? '', 'json')).planId;
            return found && found.value === id ? [{ file, range: found.range }] : [];
          }),
      },
      config: () => undefined,
      configFile: () => undefined,
      relative: (path) => path.replace(`${root}/`, ''),
      absolute: (path) => `${root}/${path}`,
    }),
    refresh: () => {},
  };
  const text = (file: string) =>
    TextDocument.create(uri(file), file.endsWith('.srdeploy') ? 'srdeploy' : 'deploy-config', 1, files[file] ?? '');
  const document = (file: string): OpenDocument => {
    const opened = openDocument(text(file), projects);
    if (!opened) throw new Error(`${file} is none of ours.`);
    return opened;
  };
  const textOf = (path: string) => files[path.replace(`${root}/`, '')];
  const objects = createProjectObjects({ textOf, stampOf: () => '1', now: () => new Date(0) });
  const ours = names.filter((name) => !scripts.includes(name));
  return {
    uri,
    document,
    text,
    around: {
      chance: { uuid: () => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', now: () => new Date(0) },
      commands: undefined,
      textOf,
      confirmsChanges: false,
      sharesEditRange: false,
      createsFiles: true,
      documentsOf: () => ours.map(document),
      objectsOf: (one) => objects.of(one),
      plansNaming: createPlansScripts(
        () => ours.map(document),
        { isExcluded: () => true, log: () => {} },
        { textOf, stampOf: () => '1' },
      ),
      ...more,
    },
  };
}
