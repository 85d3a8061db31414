import type { CommandSource, ConfigGroup } from '../model/deploy-group.ts';
import type { CommandType, WantedVariables } from '../model/operation.ts';
import type { MigrationPlace } from '../model/plan-document.ts';
import type { Located } from '../model/problem.ts';
import { fillCommand, parseCommandTemplate } from '../read/command-template.ts';
import { fileValues } from '../read/file-values.ts';
import { problemAt } from '../read/problem-at.ts';
import { stopsAtErrors } from '../read/psql-command.ts';
import { type ConfigStep, kindOf, type MatchedFile, nowhere, type Part, stepId } from './config-steps.ts';
import { migrationFiles } from './migration-files.ts';
import { migrationSteps } from './migration-steps.ts';

/** Everything that the steps of a group are made from. */
export interface GroupInputs {
  /** The config's file, for places. */
  readonly file: string;
  readonly group: ConfigGroup;
  /** In their order. */
  readonly files: readonly MatchedFile[];
  /** Names of variables that the config gives values to. */
  readonly optional: readonly string[];
  /** Where its migrations run; undefined: the target's own database. */
  readonly via: MigrationPlace | undefined;
}

/**
 * A group's steps: pre hooks → build → test → deploys or migrations → post hooks. A group with patterns of which none matches has nothing to
 * do, and so no steps. Spec: rulings, "Order", "Commands and placeholders".
 */
export function groupSteps(inputs: GroupInputs): Part {
  const { group, files } = inputs;
  if (group.patterns.length > 0 && files.length === 0) return { steps: [], problems: [] };
  const parts = [
    ...group.preDeploy.map((hook, i) =>
      once(
        hook,
        { type: 'hook', what: `pre_deploy:${i + 1}`, name: `Hook ${i + 1} before ${group.name.value}` },
        inputs,
      ),
    ),
    ...(group.build
      ? [once(group.build, { type: 'build', what: 'build', name: `Build ${group.name.value}` }, inputs)]
      : []),
    ...(group.test ? [once(group.test, { type: 'test', what: 'test', name: `Test ${group.name.value}` }, inputs)] : []),
    mainSteps(inputs),
    ...group.postDeploy.map((hook, i) =>
      once(
        hook,
        { type: 'hook', what: `post_deploy:${i + 1}`, name: `Hook ${i + 1} after ${group.name.value}` },
        inputs,
      ),
    ),
  ];
  return { steps: parts.flatMap(({ steps }) => steps), problems: parts.flatMap(({ problems }) => problems) };
}

function mainSteps(inputs: GroupInputs): Part {
  const { group, files, via } = inputs;
  if (kindOf(group, files) === 'migration' && !group.deploy) {
    const { timeoutSec, retry } = group;
    const name = group.name.value;
    return migrationSteps(
      files.map(({ path }) => path),
      { owner: name, group: name, timeoutSec, retry, via },
    );
  }
  return group.deploy ? deploys(group.deploy, inputs) : { steps: [], problems: [] };
}

/** With a placeholder of a file once for each file, else once. */
function deploys(deploy: Located<CommandSource>, inputs: GroupInputs): Part {
  const { group, files } = inputs;
  const parsed = parseCommandTemplate(deploy.value);
  const names = parsed.type === 'template' ? parsed.template.names : [];
  const name = `Deploy ${group.name.value}`;
  if (names.length === 0) return once(deploy, { type: 'deploy', what: 'deploy', name }, inputs);
  // What commands apply has the order of migrations, not that of the patterns.
  const isMigration = kindOf(group, files) === 'migration';
  const { files: migrations, problems } = migrationFiles(isMigration ? files.map(({ path }) => path) : []);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const ordered = isMigration ? migrations.flatMap(({ path }) => byPath.get(path) ?? []) : files;
  const parts = ordered.map((file) => {
    const values = fileValues(file.path, file.pattern, group.folder?.value ?? '.', names);
    return filled(
      deploy,
      {
        type: 'deploy',
        what: `deploy:${file.path}`,
        name: `${isMigration ? 'Apply' : 'Deploy'} ${file.path}`,
        ...(isMigration && { applies: file.path }),
      },
      inputs,
      values,
    );
  });
  return {
    steps: parts.flatMap(({ steps }) => steps),
    problems: [...problems, ...parts.flatMap((part) => part.problems)],
  };
}

/**
 * Whether files of the group are functions or the like, each named by what its pattern captures, by the pattern or the command, so that those whose captured name begins with `_` or
 * `.` are none. Spec: rulings, "Commands and placeholders".
 */
export function namesItsFiles({ kind, build, test, deploy, patterns }: ConfigGroup): boolean {
  if (!deploy) return kind !== 'build' && !build && !test;
  if (patterns.some(({ value }) => /\{[a-z][a-z0-9_]*_name\}/.test(value))) return true;
  const parsed = parseCommandTemplate(deploy.value);
  return parsed.type === 'template' && parsed.template.names.some((name) => /_name$/.test(name));
}

interface Described {
  readonly type: CommandType;
  /** Distinguishes the step within its group. */
  readonly what: string;
  readonly name: string;
  /** The migration that it applies. */
  readonly applies?: string;
}

const once = (command: Located<CommandSource>, described: Described, inputs: GroupInputs): Part =>
  filled(command, described, inputs, {});

function filled(
  command: Located<CommandSource>,
  described: Described,
  inputs: GroupInputs,
  values: Readonly<Record<string, string>>,
): Part {
  const parsed = parseCommandTemplate(command.value);
  // What is wrong with the text itself is told by its rule.
  if (parsed.type === 'refused') return { steps: [], problems: [] };
  const filling = fillCommand(parsed.template, values);
  if (filling.type === 'refused') {
    const at = { file: inputs.file, range: command.range };
    return { steps: [], problems: filling.reasons.map((reason) => problemAt(at, 'PLACEHOLDER_VALUE', reason)) };
  }
  return { steps: [commandStep(stopsAtErrors(filling.command), described, inputs)], problems: [] };
}

function commandStep(
  command: Extract<ConfigStep['source'], { type: 'command' }>['command'],
  { type, what, name, applies }: Described,
  { group, optional }: GroupInputs,
): ConfigStep {
  return {
    source: {
      place: nowhere(undefined),
      id: nowhere(stepId(group.name.value, what)),
      name,
      timeoutSec: type === 'hook' ? group.hookTimeoutSec : group.timeoutSec,
      retry: group.retry,
      type: 'command',
      command,
      folder: group.folder,
      env: {},
      verify: undefined,
      graceSec: undefined,
      inactivitySec: undefined,
    },
    more: { type, group: group.name.value, wants: wantsOf(group, optional), ...(applies !== undefined && { applies }) },
  };
}

const wantsOf = ({ requiredVariables }: ConfigGroup, optional: readonly string[]): WantedVariables => ({
  required: requiredVariables,
  optional: optional.filter((name) => !requiredVariables.includes(name)),
});
