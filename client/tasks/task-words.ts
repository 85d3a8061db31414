/** What a task does; `status` is `srdeploy migration status`. */
export const taskVerbs = ['validate', 'plan', 'run', 'dry-run', 'status'] as const;

export type TaskVerb = (typeof taskVerbs)[number];

/** A task as `tasks.json` defines it, well-formed. */
export interface DeployTask {
  readonly verb: TaskVerb;
  /** A plan document, a deploy config or a folder of migrations, relative to the workspace folder; undefined: the project's own. */
  readonly file: string | undefined;
  readonly target: string | undefined;
  /** Of a deploy config, only these; empty: all. */
  readonly groups: readonly string[];
  /** Further words of the command line, as they are. */
  readonly args: readonly string[];
}

/** A definition from outside as a task; undefined where it is none that we know. */
export function deployTaskOf(definition: Readonly<Record<string, unknown>>): DeployTask | undefined {
  const { verb, file, target, groups, args } = definition;
  const known = taskVerbs.find((one) => one === verb);
  if (known === undefined || !isText(file) || !isText(target) || !isTexts(groups) || !isTexts(args)) return undefined;
  return { verb: known, file, target, groups: groups ?? [], args: args ?? [] };
}

const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] | undefined =>
  value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

/** The words of the command line that does it. */
export function wordsOf({ verb, file, target, groups, args }: DeployTask): readonly string[] {
  const given = [
    ...(target === undefined ? [] : ['--target', target]),
    ...groups.flatMap((name) => ['--group', name]),
    ...args,
    // A name that begins with a dash is a file none the less.
    ...(file === undefined ? [] : ['--', file]),
  ];
  return [...commands[verb], ...given];
}

/** Secrets as the command line looks for them, `SRDEPLOY_SECRET_<NAME>`. Spec: rulings, "Secrets". */
export const secretVariables = (secrets: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`SRDEPLOY_SECRET_${name}`, value]));

const commands: Readonly<Record<TaskVerb, readonly string[]>> = {
  validate: ['validate'],
  plan: ['plan'],
  run: ['run'],
  'dry-run': ['run', '--dry-run'],
  status: ['migration', 'status'],
};

/** "plan deploy-config.json → staging" */
export const taskName = ({ verb, file, target, groups }: Omit<DeployTask, 'args'>): string =>
  [verb, file, target === undefined ? '' : `→ ${target}`, groups.length > 0 ? `(${groups.join(', ')})` : '']
    .filter(Boolean)
    .join(' ');
