import { describeNeed, type Operation } from '../../core/index.ts';
import { lookOf, migrationStateLooks, operationTypeLooks, type PlanView } from '../../protocol/index.ts';
import { safeLine } from './safe-text.ts';

/** A plan as Markdown, for a comment of a review; in the order that it runs. */
export function planMarkdown(view: PlanView): string[] {
  const { plan } = view;
  const planned = new Map(view.operations.map((one) => [one.operation, one]));
  const rows = plan.operations.map((operation, i) => {
    const { state, note, command } = planned.get(operation.id) ?? {};
    const word = state === undefined ? '' : lookOf(migrationStateLooks, state).word;
    return [
      String(i + 1),
      operationTypeLooks[operation.type].word,
      nameOf(operation),
      command === undefined ? '' : code(command),
      [word, note].filter(Boolean).join(', '),
    ];
  });
  return [
    `### ${cell(plan.source.name)}`,
    '',
    `Target **${plan.target.id}**${view.production ? ' (production)' : ''}, digest ${code(plan.digest.slice(0, 16))}: ${cell(view.summary)}`,
    '',
    ...(view.databases ?? []).map(
      ({ name, connection, reached }) =>
        `- Database ${cell(name)}: ${connection.backend}${reached.type === 'no' ? `, not reached: ${cell(reached.message)}` : ''}`,
    ),
    ...(view.databases ? [''] : []),
    ...table(['#', 'What', 'Name', 'Command', 'State'], rows),
    ...(plan.idle ?? []).map((group) => `- Group ${cell(group)}: nothing to do, no file matches its patterns`),
    ...(view.manual ?? []).map(
      ({ database, pending, command }) =>
        `- Database ${cell(database)}: not run by this deployment, ${pending === 0 ? 'all applied' : `${pending ?? 'an unknown number of'} pending; ${code(command)}`}`,
    ),
    ...list(
      'Findings',
      view.findings.map(({ severity, code: rule, message }) => `${severity} ${rule}: ${message}`),
    ),
    ...list(
      'Dangers',
      view.dangers.map(({ operation, code: rule, message }) => `${operation}: ${rule} ${message}`),
    ),
    ...list('Before it may run', view.needs.map(describeNeed)),
  ];
}

/** With the database that it is for, where that is not the target's own. */
const nameOf = (operation: Operation): string =>
  operation.type === 'migration' && operation.database !== undefined
    ? `${operation.name} on ${operation.database}`
    : operation.name;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  '',
];

const list = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : ['', `**${title}**`, '', ...items.map((item) => `- ${cell(item)}`)];

/** One line that neither ends a cell nor begins an element. */
const cell = (text: string): string => safeLine(text).replaceAll('|', '\\|').replaceAll('<', '&lt;');

const code = (text: string): string => {
  const line = safeLine(text).replaceAll('|', '\\|');
  const fence = line.includes('`') ? '``' : '`';
  return `${fence}${line}${fence}`;
};
