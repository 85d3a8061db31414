import type { FoundParts } from '../../model/found-parts.ts';
import { inFolder } from './build-groups.ts';
import { type ConfigEntry, example, live } from './config-entry.ts';
import { type GroupDraft, nameIn, patternIn } from './group-draft.ts';

/** Supabase functions. */
export const functionGroups = ({ functions, supabaseVariables }: FoundParts): readonly GroupDraft[] =>
  functions.map(({ folder }) => ({
    name: nameIn(folder, 'functions'),
    comment: [
      'Once for each function; {function_name} is the name of its folder. Folders that begin with _ are no functions.',
    ],
    members: [
      live('file_patterns', [patternIn(folder, 'supabase/functions/*/index.ts')]),
      ...inFolder(folder),
      live('deploy_command', 'supabase functions deploy "{function_name}"'),
      supabaseVariables.length > 0
        ? live('required_env_vars', supabaseVariables, 'Nothing runs while one of these has no value.')
        : example('required_env_vars', ['SUPABASE_ACCESS_TOKEN'], 'Where nobody has logged in with "supabase login":'),
    ],
  }));

/** Systemd units. */
export const serviceGroups = ({ services }: FoundParts): readonly GroupDraft[] =>
  services.map(({ folder, files, hasTemplates }) => ({
    name: nameIn(folder, 'services'),
    comment: [
      'Restarts each unit on this machine; {service_name} is its name without .service. Its file must be installed before.',
    ],
    members: [
      live(
        'file_patterns',
        (hasTemplates ? files : ['*.service']).map((pattern) => patternIn(folder, pattern)),
      ),
      live('deploy_command', 'sudo systemctl restart "{service_name}"'),
    ],
  }));

/** The scripts that deploy what the groups before do not. */
export const deployGroups = (parts: FoundParts): readonly GroupDraft[] => [
  ...parts.packages
    .filter(({ scripts }) => scripts.includes('deploy'))
    .map(({ folder, manager }) => ({
      name: nameIn(folder, 'deploy'),
      comment: ['Runs the script of package.json. SRDEPLOY_TARGET holds the id of the target.'],
      members: [...inFolder(folder), live('deploy_command', `${manager} run deploy`), ...requiredIn(parts)],
    })),
  ...(parts.hasDeployScript
    ? [
        {
          name: 'deploy_script',
          comment: ['Runs the script of the project. SRDEPLOY_TARGET holds the id of the target.'],
          members: [live('deploy_command', './deploy.sh --target "$SRDEPLOY_TARGET"'), ...requiredIn(parts)],
        },
      ]
    : []),
];

const requiredIn = ({ signs }: FoundParts): readonly ConfigEntry[] =>
  signs.addresses.length === 0
    ? []
    : [
        live(
          'required_env_vars',
          signs.addresses,
          'Nothing runs while one of these has no value. Take out what the script does not need.',
        ),
      ];
