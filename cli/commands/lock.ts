import type { Command } from 'commander';
import { checkConfigText, isError, isProduction, type TargetId } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { forceUnlockTarget, type LockView, lockStatus, refuseProblems } from '../../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, type Opened, openProject, printJson, printLines } from '../context.ts';
import { inputFailure, namedTarget } from '../named-plan.ts';
import { safeText } from '../text/safe-text.ts';

/** `lock status` and `lock force-unlock`. */
export const addLock = (program: Command, cli: Cli): void => {
  const lock = program.command('lock').description('who holds a target');
  lock
    .command('status')
    .description('show the lease on a target')
    .argument('<target>', 'the id of the target')
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => {
        const options: CommonOptions = command.optsWithGlobals();
        const { world } = await openProject(cli, options);
        return printLock(cli, await lockStatus(targetOf(word), world), options);
      }),
    );
  lock
    .command('force-unlock')
    .description('end a lease by force: its holder stops, and every earlier plan for the target is dead')
    .argument('<target>', 'the id of the target')
    .requiredOption('--lock <id>', 'the id of the lock, as "lock status" shows it')
    .option(
      '--confirm <text>',
      'the lock’s id; on production the target’s id and "force-unlock <target>"; repeatable',
      (text: string, before?: string[]) => [...(before ?? []), text],
    )
    .action(
      cli.ends(async (word: string, _options: object, command: Command) => {
        const options: CommonOptions & { lock: string; confirm?: string[] } = command.optsWithGlobals();
        const opened = await openProject(cli, options, { access: 'act' });
        const target = targetOf(word);
        const request = {
          target,
          production: await isProductionTarget(opened, target),
          lock: options.lock,
          confirmations: options.confirm ?? [],
          by: cli.by,
        };
        return printLock(cli, expectOk(await forceUnlockTarget(request, opened.world)), options);
      }),
    );
};

function targetOf(word: string): TargetId {
  const target = namedTarget(word);
  if (target === undefined) throw inputFailure('BAD_TARGET', 'Name a target.');
  return target;
}

/**
 * By the config, by the plan of the run that holds the target, or by the id alone: one of them suffices. A config that cannot be read
 * might say so, and is refused with its problems.
 */
async function isProductionTarget({ project, world, store }: Opened, id: TargetId): Promise<boolean> {
  const read = project.configFile === undefined ? undefined : await world.files.readText(project.configFile);
  const checked = read?.type === 'found' ? checkConfigText(project.configFile ?? '', read.text) : undefined;
  if (checked?.problems.some(isError)) expectOk(refuseProblems(checked.problems));
  const { lease } = (await world.leases.read(id)).state;
  const held = lease && (await store.plan(lease.run));
  const known = [checked?.config?.targets.get(id)?.value, held?.target, { id, name: id, kind: undefined }];
  return known.some((target) => target !== undefined && isProduction(target));
}

function printLock(cli: Cli, view: LockView, options: CommonOptions): number {
  if (options.json) {
    printJson(cli, {
      target: view.target,
      epoch: view.epoch,
      lock: view.lock ?? null,
      ...(view.holder && { holder: view.holder }),
    });
    return exitCodes.done;
  }
  const { lock } = view;
  if (!lock) {
    printLines(cli, [`${view.target} is not locked (epoch ${view.epoch}).`]);
    return exitCodes.done;
  }
  const words = { alive: 'alive', dead: 'gone; the next run takes the target over', unknown: 'not known from here' };
  printLines(cli, [
    `${view.target} is locked (epoch ${view.epoch}).`,
    `Lock       ${lock.id}`,
    `Holder     ${safeText(lock.holder.who)}, process ${lock.holder.process.pid} on ${lock.holder.process.host}: ${words[view.holder ?? 'unknown']}`,
    `Run        ${lock.run}${lock.operation === undefined ? '' : `, at ${lock.operation}`}`,
    `Since      ${lock.acquiredAt}; last sign of life ${lock.heartbeatAt}`,
  ]);
  return exitCodes.done;
}
