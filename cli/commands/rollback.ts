import type { Command } from 'commander';
import { exitCodes, type PlanView } from '../../protocol/index.ts';
import { freshRunId, planRollback, startDetached, startPlan } from '../../runner/index.ts';
import { type ActCommandOptions, consentOf, withActOptions } from '../act-options.ts';
import { type Cli, CommandFailure, expectOk, hasErrors, printJson, printLines } from '../context.ts';
import { inputFailure } from '../named-plan.ts';
import { openRun } from '../named-run.ts';
import { differenceLines } from '../text/difference-lines.ts';
import { planLines } from '../text/plan-lines.ts';
import { planJson } from './plan.ts';
import { act, endDetached } from './run.ts';

interface RollbackCommandOptions extends ActCommandOptions {
  readonly skipIrreversible?: readonly string[];
  readonly dryRun?: true;
}

export const addRollback = (program: Command, cli: Cli): void => {
  withActOptions(
    program
      .command('rollback')
      .description('take back what a run applied: its rollback scripts in reverse order, in a run of its own')
      .argument('<run>', 'the id of a run, the beginning or end of one, or "latest"')
      .option('--dry-run', 'show the plan and run nothing')
      .option(
        '--skip-irreversible <step>',
        'leave this step as it is, which has no way back; repeatable',
        (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
      ),
  ).action(
    cli.ends(async (word: string, _options: object, command: Command) =>
      rollback(cli, word, command.optsWithGlobals()),
    ),
  );
};

/** Shows the way back, asks for what is missing, and runs it with a journal of its own. */
async function rollback(cli: Cli, word: string, options: RollbackCommandOptions): Promise<number> {
  const opened = await openRun(cli, word, options, options.dryRun ? 'read' : 'act');
  const { run: of, project, world } = opened;
  const view = expectOk(await planRollback({ ...opened, of, by: cli.by }, new AbortController().signal));
  if (options.dryRun && options.json) {
    printJson(cli, { ...planJson(view), rollback: { of }, dryRun: true });
    return exitCodes.done;
  }
  if (!options.json && !options.events) printLines(cli, shownPlan(cli, view));
  if (options.dryRun) {
    printLines(cli, ['', 'Dry run: nothing was taken back.']);
    return exitCodes.done;
  }
  refuseErrors(view);
  refuseUnknownSkips(view, options.skipIrreversible ?? []);
  const id = freshRunId(world.clock.now());
  if (options.detach) {
    const request = {
      v: 1,
      verb: 'rollback',
      project: project.root,
      run: id,
      plan: view.plan,
      by: cli.by,
      consent: consentOf(options),
      secrets: {},
    } as const;
    return endDetached(cli, opened, await startDetached(request, cli.dist, cli.env), options);
  }
  return act(cli, opened, options, id, undefined, (act) => startPlan(view.plan, act));
}

const shownPlan = (cli: Cli, view: PlanView): readonly string[] => [
  ...planLines(view, cli.paint),
  ...(view.differences ? ['', 'Changed since the run was planned:'] : []),
  ...differenceLines(view.differences ?? [], cli.paint),
  '',
];

function refuseErrors({ findings }: PlanView): void {
  if (!hasErrors(findings)) return;
  const message = 'The run cannot be rolled back as things stand; nothing was taken back.';
  throw new CommandFailure({
    code: 'VALIDATION_FAILED',
    message,
    exitCode: exitCodes.invalidInput,
    problems: findings,
  });
}

/** A step that is named and is not irreversible was meant otherwise: nothing is left out that has a way back. */
function refuseUnknownSkips({ plan }: PlanView, skips: readonly string[]): void {
  const known = plan.operations.flatMap(({ id, type }) => (type === 'irreversible' ? [String(id)] : []));
  const wrong = skips.filter((skip) => !known.includes(skip));
  if (wrong.length === 0) return;
  const may = known.length > 0 ? `Irreversible: ${known.join(', ')}.` : 'It has none.';
  throw inputFailure(
    'SKIP_REFUSED',
    `--skip-irreversible ${wrong.join(', ')}: no irreversible step of this rollback. ${may}`,
  );
}
