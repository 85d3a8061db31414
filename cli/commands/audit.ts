import type { Command } from 'commander';
import type { AuditEntry, AuditVerdict } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { auditEntries, auditVerdict, renewAudit } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printError, printJson, printLines } from '../context.ts';
import { inputFailure, namedTarget } from '../named-plan.ts';
import { table } from '../text/table.ts';
import { wholeNumber } from '../whole-number.ts';

/** `audit verify`, `audit list`, `audit renew`: who did what. */
export const addAudit = (program: Command, cli: Cli): void => {
  const audit = program.command('audit').description('who did what, in a log that shows what was changed in it');
  audit
    .command('verify')
    .description('check the whole audit log; names the first broken place')
    .action(cli.ends(async (_options: object, command: Command) => verify(cli, command.optsWithGlobals())));
  audit
    .command('list')
    .description('the newest entries of the audit log, oldest first')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .option('--target <id>', 'only what concerns this target')
    .action(cli.ends(async (_options: object, command: Command) => list(cli, command.optsWithGlobals())));
  audit
    .command('renew')
    .description('put a broken audit log aside and begin a new one')
    .option('--reason <text>', 'why; it stands in the first entry of the new log')
    .action(cli.ends(async (_options: object, command: Command) => renew(cli, command.optsWithGlobals())));
};

async function verify(cli: Cli, options: CommonOptions): Promise<number> {
  const { project } = await openProject(cli, options);
  const verdict = await auditVerdict(project.root);
  if (verdict.type === 'broken') {
    const { message, line, why, entries } = verdict;
    if (options.json)
      printJson(cli, { audit: { whole: false, entries, line, why }, error: { code: 'AUDIT_BROKEN', message } });
    const more = `What stands before it is good. Begin a new log with: srdeploy audit renew --reason "…"`;
    printError(cli, { code: 'AUDIT_BROKEN', message: `${message} ${more}`, exitCode: exitCodes.unknown }, false);
    return exitCodes.unknown;
  }
  const { entries, last, tornBytes } = verdict;
  if (options.json)
    printJson(cli, { audit: { whole: true, entries, last: entries === 0 ? null : last.hash, tornBytes } });
  else printLines(cli, wholeLines(verdict));
  return exitCodes.done;
}

function wholeLines({ entries, last, tornBytes }: Extract<AuditVerdict, { type: 'whole' }>): readonly string[] {
  if (entries === 0) return ['Nothing is recorded yet.'];
  const torn = `A line of ${tornBytes} bytes at the end was never finished; the next entry takes its place and says so.`;
  return [
    `The audit log is whole: ${entries} ${entries === 1 ? 'entry' : 'entries'}.`,
    `Newest  ${last.hash}`,
    ...(tornBytes > 0 ? [torn] : []),
  ];
}

async function list(
  cli: Cli,
  options: CommonOptions & { readonly limit: number; readonly target?: string },
): Promise<number> {
  const target = namedTarget(options.target);
  const { project } = await openProject(cli, options);
  const entries = await auditEntries(project.root, { limit: options.limit, target });
  if (options.json) printJson(cli, { entries });
  else if (entries.length === 0) printLines(cli, ['Nothing is recorded.']);
  else printLines(cli, table([['AT', 'BY', 'ACTION', 'TARGET', 'RUN', ''], ...entries.map(row)]));
  return exitCodes.done;
}

const row = (entry: AuditEntry): readonly string[] => [
  entry.at,
  entry.by,
  entry.action,
  entry.target ?? '',
  entry.run ?? '',
  [
    ...(entry.operation === undefined ? [] : [entry.operation]),
    ...(typeof entry.details?.outcome === 'string' ? [entry.details.outcome] : []),
    ...(entry.reason === undefined ? [] : [entry.reason]),
  ].join(': '),
];

async function renew(cli: Cli, options: CommonOptions & { readonly reason?: string }): Promise<number> {
  const reason = options.reason?.trim() ?? '';
  if (reason === '') throw inputFailure('REASON_MISSING', 'Say why with --reason "…": it stands in the new log.');
  const { project, world } = await openProject(cli, options, { access: 'act' });
  const { aside } = expectOk(await renewAudit(project.root, { by: cli.by, reason, world }));
  if (options.json) printJson(cli, { aside });
  else printLines(cli, [aside === '' ? 'A new audit log was begun.' : `The old log is kept as .srdeploy/${aside}.`]);
  return exitCodes.done;
}
