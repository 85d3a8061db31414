import { type Command, Option } from 'commander';
import { type TargetSetting, unplacedProblem } from '../core/index.ts';
import { refuseProblems } from '../runner/index.ts';
import { expectOk } from './context.ts';
import { wholeNumber } from './whole-number.ts';

/** The options that say what a target is. */
export interface SettingOptions {
  readonly name?: string;
  readonly kind?: string;
  readonly connection?: string;
  readonly type?: string;
  readonly provider?: string;
  readonly host?: string;
  readonly region?: string;
  readonly minApprovals?: number;
  readonly selfApproval?: boolean;
  readonly var?: readonly string[];
  readonly env?: readonly string[];
  readonly healthUrl?: string;
  readonly testCommand?: string;
}

const kinds = ['production', 'staging', 'development', 'local'];

export const withSettingOptions = (command: Command): Command =>
  command
    .option('--name <text>', 'what people call the target')
    .addOption(new Option('--kind <kind>', 'how careful the engine is').choices(kinds))
    .option('--connection <ref>', 'the connection, by its name in the deploy config')
    .option('--type <word>', 'what is deployed to, such as database, edge_function or static_site')
    .option('--provider <word>', 'who runs it, such as supabase, vercel or aws')
    .option('--host <host>', 'its address, for people')
    .option('--region <word>', 'where the provider runs it')
    .option('--min-approvals <n>', 'how many people must approve a deployment', wholeNumber)
    .option('--self-approval', 'whoever deploys may approve it')
    .option('--no-self-approval', 'whoever deploys may not approve it')
    .option('--var <name=value>', 'a value for placeholders of migrations, never a secret; repeatable', collect)
    .option(
      '--env <NAME=value>',
      'an environment variable, never a secret: plain, or ${secret:NAME}; repeatable',
      collect,
    )
    .option('--health-url <url>', 'the address that a health check asks; ${NAME} stands for a variable')
    .option('--test-command <command>', 'a command that exits with 0 where the target can be reached');

export const collect = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
];

/** What was given, in the order in which a config is read best. Exit 7 with everything that cannot be understood. */
export function settingsOf(options: SettingOptions): readonly TargetSetting[] {
  const variables = assignments('--var', options.var ?? []);
  const environment = assignments('--env', options.env ?? []);
  const wrong = [...variables.wrong, ...environment.wrong, ...wrongAddress(options.healthUrl)];
  if (wrong.length > 0) expectOk(refuseProblems(wrong));
  return [
    ...given(['name'], options.name),
    ...given(['kind'], options.kind),
    ...given(['connection_ref'], options.connection),
    ...given(['type'], options.type),
    ...given(['provider'], options.provider),
    ...given(['host'], options.host),
    ...given(['region'], options.region),
    ...variables.pairs.flatMap(([name, value]) => given(['variables', name], value)),
    ...given(['min_approvals'], options.minApprovals),
    ...given(['self_approval'], options.selfApproval),
    ...given(['health_check', 'url'], options.healthUrl),
    ...given(['test_command'], options.testCommand),
    ...environment.pairs.flatMap(([name, value]) => given(['environment', name], value)),
  ];
}

const given = (path: readonly string[], value: TargetSetting['value'] | undefined): readonly TargetSetting[] =>
  value === undefined ? [] : [{ path, value }];

/** Only the first `=` parts name and value. The value is not repeated: it may be a secret that stands in the wrong place. */
function assignments(flag: string, words: readonly string[]) {
  const isPair = (word: string) => word.indexOf('=') > 0;
  return {
    pairs: words.filter(isPair).map((word) => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)] as const;
    }),
    wrong: words
      .filter((word) => !isPair(word))
      .map(() => unplacedProblem('BAD_ASSIGNMENT', `${flag} takes a name and a value: ${flag} NAME=value.`)),
  };
}

const wrongAddress = (url: string | undefined) =>
  url === undefined || /^https?:\/\/\S+$|^\$\{[A-Za-z_][A-Za-z0-9_]*\}/.test(url)
    ? []
    : [unplacedProblem('BAD_ADDRESS', '--health-url takes an address that begins with https://, http:// or ${NAME}.')];
