import type { FoundParts } from '../model/found-parts.ts';
import type { TargetId } from '../model/ids.ts';
import { type ConfigEntry, example, live, section } from './proposal/config-entry.ts';
import { configText } from './proposal/config-text.ts';
import { databasesSection } from './proposal/databases.ts';
import { groupsSection } from './proposal/groups.ts';
import { type Reach, reachOf } from './proposal/reach.ts';
import { targetSections } from './proposal/targets.ts';
import { plainWordOf } from './proposal/word-of.ts';

/** What people want of the config. */
export interface ConfigWishes {
  /** The scope of the history that targets keep; undefined: there is none. */
  readonly project: string | undefined;
  /** Targets to write; without one, examples of targets are written. */
  readonly targets: readonly TargetId[];
}

/** A config to begin with, and what is still open in it. */
export interface ProposedConfig {
  readonly text: string;
  /** Targets that it has. */
  readonly targets: readonly string[];
  /** Variables whose values it needs before anything can run. */
  readonly variables: readonly string[];
}

const head = [
  'What a deployment of this project does, and where to. Begun by "srdeploy init"; from now on it is yours.',
  'Examples stand behind two slashes: take the slashes away to use one. Check it with: srdeploy config validate',
];

/**
 * The text of a deploy config for what a folder holds: JSON with comments, without an error or a warning, whatever was found and whatever
 * the names are. Spec: orchestration, task 1, "init".
 */
export function proposeConfig(parts: FoundParts, wishes: ConfigWishes): ProposedConfig {
  const reach = reachOf(parts.signs);
  const { project, targets } = wishes;
  const text = configText(head, [
    projectEntry(project),
    ...targetSections({ targets, project, reach, signs: parts.signs }),
    ...(reach.type === 'address' ? databasesSection(parts.migrations, reach.variables) : []),
    groupsSection(parts, reach, plainWordOf(project ?? '', 'app')),
    healthCheck,
    ...infraEntries(parts),
  ]);
  const certain = reach.type === 'file' ? ['local'] : [];
  return { text, targets: targets.length > 0 ? targets : certain, variables: variablesOf(parts, reach) };
}

function projectEntry(project: string | undefined): ConfigEntry {
  const comment =
    'Names the project in the history that each target keeps. Once something is deployed, never change it.';
  return project === undefined ? example('project', 'app', comment) : live('project', project, comment);
}

const healthCheck = example(
  'health_check',
  { url: 'https://app.example.org/health', expected_status: 200, timeout_seconds: 30 },
  'Asks an address after all groups whether what was deployed works.',
);

function infraEntries({ infra }: FoundParts): readonly ConfigEntry[] {
  if (!infra) return [];
  const path = infra.folder === '' ? '.' : infra.folder;
  const comment = 'Terraform or OpenTofu, whichever is installed.';
  if (!infra.isCertain)
    return [
      example('infra', { engine: 'auto', path }, comment, 'There are several folders: write the one that is meant.'),
    ];
  const files = [`${infra.folder === '' ? '' : `${path}/`}{target}.tfvars`];
  const variables = infra.hasVariableFiles
    ? [example('var_files', files, 'Files of variables; {target} stands for the id of the target.')]
    : [];
  return [section('object', 'infra', [live('engine', 'auto'), live('path', path), ...variables], comment)];
}

function variablesOf(parts: FoundParts, reach: Reach): readonly string[] {
  const isUsed = reach.type === 'address' && parts.migrations.length > 0;
  const deploys = parts.hasDeployScript || parts.packages.some(({ scripts }) => scripts.includes('deploy'));
  const ofDeployments = deploys || isUsed ? parts.signs.addresses : [];
  return [...ofDeployments, ...(parts.functions.length > 0 ? parts.supabaseVariables : [])];
}
