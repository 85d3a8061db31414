import type { ConfigDatabaseView, ConfigGroupView, ConfigView, RunView } from '../../protocol/index.ts';
import { lookOf, operationTypeLooks, runStatusLooks } from '../../protocol/index.ts';
import { agoText } from './ago-text.ts';
import { capital, colours, escaped, type Row, treeIcon } from './row.ts';

/** A deploy config: how much it deploys, and how its last run on each target ended. `runs`: those of it, newest first. */
export function configRow(
  config: ConfigView,
  runs: readonly RunView[],
  project: string,
  where: string | undefined,
  now: number,
): Row {
  const lasts = runs.filter((run, index) => runs.findIndex(({ target }) => target === run.target) === index);
  const last = lasts[0];
  const look = last && lookOf(runStatusLooks, last.status);
  const said = lasts.map(
    ({ target, status, finishedAt, createdAt }) =>
      `${target}: ${lookOf(runStatusLooks, status).word} ${agoText(finishedAt ?? createdAt, now)}`,
  );
  const isWrong = config.problem !== undefined;
  const parts = [isWrong ? 'cannot be planned' : sizeText(config), ...(said.length > 0 ? said : ['never run'])];
  return {
    id: `${project}#${config.file}`,
    label: config.name,
    description: [...parts, where ?? ''].filter(Boolean).join(' · '),
    icon: isWrong ? 'warning' : look ? treeIcon(look) : 'circle-large-outline',
    colour: isWrong ? colours.attention : look ? colours[look.tone] : undefined,
    tooltip: [
      `**${escaped(config.name)}**`,
      escaped(config.problem ?? sizeText(config)),
      ...said.map(escaped),
      `\`${config.file}\``,
    ]
      .filter(Boolean)
      .join('\n\n'),
    context: 'srdeploy.config',
    spoken: [config.name, ...parts].join(', '),
  };
}

/** "3 groups, 1 database" */
const sizeText = ({ groups, databases }: ConfigView): string =>
  [counted(groups.length, 'group'), counted(databases.length, 'database')].filter(Boolean).join(', ');

const counted = (count: number, unit: string): string =>
  count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`;

/** A group of a config: its kind, how many files it has, and what they are. `files`: undefined where they were not counted. */
export function groupRow(
  { name, kind, patterns }: ConfigGroupView,
  config: ConfigView,
  project: string,
  files: number | undefined,
): Row {
  const parts = [kind, ...(patterns.length === 0 ? ['no files'] : [filesText(files), patterns.join(', ')])].filter(
    Boolean,
  );
  return {
    id: `${project}#${config.file}#group#${name}`,
    label: name,
    description: parts.join(' · '),
    icon: operationTypeLooks[kind].icon,
    colour: undefined,
    tooltip: [`Group **${escaped(name)}**, ${kind}`, ...patterns.map(escaped)].join('\n\n'),
    context: 'srdeploy.group',
    spoken: [`Group ${name}`, ...parts].join(', '),
  };
}

function filesText(files: number | undefined): string {
  if (files === undefined) return '';
  return files === 0 ? 'no file matches' : counted(files, 'file');
}

const turns = {
  pre_deploy: 'before the groups',
  post_deploy: 'after the groups',
  manual: 'by hand only',
} as const;

/** A database of a config: the folder of its migrations, and when they are applied. */
export function databaseRow({ name, folder, strategy }: ConfigDatabaseView, config: ConfigView, project: string): Row {
  const parts = ['database', turns[strategy], folder];
  return {
    id: `${project}#${config.file}#database#${name}`,
    label: name,
    description: parts.join(' · '),
    icon: 'database',
    colour: undefined,
    tooltip: [`Database **${escaped(name)}**`, `Migrations of ${escaped(folder)}`, capital(turns[strategy])].join(
      '\n\n',
    ),
    context: 'srdeploy.database',
    spoken: [`Database ${name}`, turns[strategy], folder].join(', '),
  };
}
