import type { FleetId, FleetTargetView, Plan, TargetId } from '../core/index.ts';
import { elapsedText } from '../protocol/index.ts';
import type { FleetWatcher } from '../runner/index.ts';
import type { Cli } from './context.ts';
import { fleetTargetLine } from './text/fleet-lines.ts';
import { safeLine, safeText } from './text/safe-text.ts';

export interface FleetProgressOptions {
  readonly show: 'text' | 'events' | 'quiet';
  readonly total: number;
  readonly plan: Plan;
}

/** Shows a fleet as it happens: one line a target as it ends, and on a terminal a live line with those that run. */
export function createFleetProgress(
  cli: Cli,
  { show, total, plan: { source } }: FleetProgressOptions,
): FleetWatcher & { stop(): void } {
  const running = new Map<TargetId, number>();
  const isLive = show === 'text' && cli.out.isTTY === true;
  let done = 0;
  let width = 0;
  const clear = () => {
    if (isLive) cli.out.write('\r\u001b[K');
  };
  const draw = () => {
    if (!isLive || running.size === 0) return;
    const [oldest = Date.now()] = running.values();
    const line = `${done} of ${total} done, ${running.size} running for ${elapsedText(Date.now() - oldest)}: ${[...running.keys()].join(', ')}`;
    cli.out.write(`\r${line.slice(0, Math.max(0, (cli.out.columns || 80) - 1))}\u001b[K`);
  };
  const print = (lines: readonly string[]) => {
    clear();
    if (show === 'text') cli.out.write(lines.map((line) => `${line}\n`).join(''));
    draw();
  };
  const timer = isLive ? setInterval(draw, 250) : undefined;
  timer?.unref();
  return {
    begun: (fleet: FleetId) =>
      print([cli.paint('strong', safeLine(source.name)), `${fleet} on ${total} target${total === 1 ? '' : 's'}`, '']),
    started(target) {
      running.set(target, Date.now());
      width = Math.max(width, target.length);
      draw();
    },
    ended(view: FleetTargetView) {
      running.delete(view.target);
      done += 1;
      print(fleetTargetLine(view, width, cli.paint));
    },
    event(event, of) {
      if (show === 'events') cli.out.write(`${JSON.stringify({ ...event, ...of })}\n`);
      if (event.type !== 'operation.waiting' || event.waiting.reason !== 'pause') return;
      const where = show === 'text' ? cli.out : cli.err;
      clear();
      where.write(`‖ ${of.target}  ${safeText(event.waiting.message)}  Continue with: srdeploy continue ${of.run}\n`);
      draw();
    },
    warn(message) {
      clear();
      cli.err.write(`warning ${safeText(message)}\n`);
      draw();
    },
    stop() {
      if (timer) clearInterval(timer);
      running.clear();
      clear();
    },
  };
}
