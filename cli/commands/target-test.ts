import { type Command, InvalidArgumentError } from 'commander';
import type { TargetId } from '../../core/index.ts';
import { type TargetProbe, targetTestExitCode, testTarget } from '../../runner/index.ts';
import { cancelOnSignals } from '../cancel-on-signals.ts';
import { targetIdOf } from '../change-target.ts';
import { type Cli, type CommonOptions, expectOk, openProject, printJson, printLines } from '../context.ts';
import { probeLines } from '../text/target-lines.ts';

interface TestOptions extends CommonOptions {
  readonly timeout: number;
}

export const addTargetTest = (target: Command, cli: Cli): void => {
  target
    .command('test')
    .description('connect to a target in every way that it has: database, web address, command; changes nothing')
    .argument('<id>', 'the id of the target')
    .option('--timeout <s>', 'how long each of them may take, in seconds', seconds, 15)
    .action(
      cli.ends(async (word: string, _options: object, command: Command) =>
        test(cli, targetIdOf(word), command.optsWithGlobals()),
      ),
    );
};

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('It must be a number of seconds, at most 86400.');
  return value;
}

async function test(cli: Cli, target: TargetId, options: TestOptions): Promise<number> {
  const { project, world } = await openProject(cli, options);
  const cancel = new AbortController();
  const stopListening = cancelOnSignals(cli, cancel, () => `srdeploy target test ${target}`);
  try {
    const asked = { project, world, target, timeoutMs: options.timeout * 1_000 };
    const probes = expectOk(await testTarget(asked, cancel.signal));
    if (options.json) printJson(cli, { target, probes: probes.map(rounded) });
    else printLines(cli, probeLines(probes));
    return targetTestExitCode(probes);
  } finally {
    stopListening();
  }
}

/** To a tenth of a millisecond. */
const rounded = ({ latencyMs, ...probe }: TargetProbe): object => ({
  ...probe,
  ...(latencyMs !== undefined && { latencyMs: Math.round(latencyMs * 10) / 10 }),
});
