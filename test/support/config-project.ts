import { type Ended, type RunAnswer, srdeploy, srdeployJson, type TestProject, testProject } from './srdeploy.ts';

export interface ConfigProject extends TestProject {
  /** `srdeploy` in the project, as text. */
  tell(words: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** `srdeploy run --target dev` with more words, as JSON. */
  run(...words: string[]): Promise<{ readonly code: number | null; readonly json: RunAnswer }>;
  /** What is wrong with the plan for a target, by codes and messages, without hints. */
  refusal(...words: string[]): Promise<readonly (readonly [code: string, message: string])[]>;
}

interface Refused {
  readonly error?: {
    readonly problems?: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
  };
}

/** A project with a deploy config, a SQLite database and the target `dev`; a text is written as it stands. */
export async function configProject(
  config: object | string,
  files: Readonly<Record<string, string>> = {},
): Promise<ConfigProject> {
  const standard = {
    project: 'shop',
    connections: { db: { backend: 'sqlite', file: 'data.db' } },
    targets: { dev: { connection_ref: 'db', kind: 'development' } },
  };
  const project = await testProject('{}', files, typeof config === 'string' ? {} : { ...standard, ...config });
  if (typeof config === 'string') await project.write('deploy-config.json', config);
  const cwd = project.folder;
  return {
    ...project,
    tell: (words, env = {}) => srdeploy(words, { cwd, env }),
    run: (...words) => srdeployJson<RunAnswer>(['run', '--target', 'dev', ...words], { cwd }),
    async refusal(...words) {
      const { json } = await srdeployJson<Refused>(['plan', '--target', 'dev', ...words], { cwd });
      const told = (json.error?.problems ?? []).filter(({ severity }) => severity !== 'hint');
      return told.map(({ code, message }) => [code, message]);
    },
  };
}

/** The codes of the errors that kept a run from beginning. */
export const errorsOf = ({ error }: RunAnswer): readonly string[] =>
  (error?.problems ?? []).filter(({ severity }) => severity === 'error').map(({ code }) => code);

/** What became of the operations of a run, without those that were not begun. */
export const statusesOf = ({ run }: RunAnswer): Readonly<Record<string, string>> =>
  Object.fromEntries(run.operations.filter(({ status }) => status !== 'pending').map(({ id, status }) => [id, status]));
