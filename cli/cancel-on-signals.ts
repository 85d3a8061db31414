import { requestCancel } from '../core/index.ts';
import { exitCodes } from '../protocol/index.ts';
import type { Cli } from './context.ts';

/**
 * INT, TERM and HUP cancel. The same once more leaves commands no more grace, and a third time ends the process, which the next resume
 * settles; never HUP, which a closing terminal or a service manager sends along with the others. `resume`: how to go on then.
 */
export function cancelOnSignals(cli: Cli, cancel: AbortController, resume: () => string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const seen = new Map<NodeJS.Signals, number>();
  const onSignal = (signal: NodeJS.Signals) => {
    const times = (seen.get(signal) ?? 0) + 1;
    seen.set(signal, times);
    if (times > 1 && signal === 'SIGHUP') return;
    if (times > 2) {
      cli.err.write(`Ended at once; how far it came is not known here. Go on with: ${resume()}\n`);
      process.exit(exitCodes.unknown);
    }
    if (times === 2) {
      cli.err.write('Commands are killed now; once more ends this process at once.\n');
      requestCancel(cancel, cli.by);
    }
    if (cancel.signal.aborted) return;
    cli.err.write(
      `\n${signal === 'SIGINT' ? 'Ctrl-C' : signal}: cancelling cleanly; once more kills commands at once.\n`,
    );
    requestCancel(cancel, cli.by);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
