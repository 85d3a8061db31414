import type { FleetEvent, FleetRecord, FleetTargetRecord } from '../model/fleet.ts';
import type { TargetId } from '../model/ids.ts';

/** What a fleet's journal says; undefined where it does not begin with `fleet.created`. Linear in the number of events. */
export function foldFleet(events: Iterable<FleetEvent>): FleetRecord | undefined {
  let head: Omit<FleetRecord, 'targets'> | undefined;
  const targets = new Map<TargetId, FleetTargetRecord>();
  for (const event of events) {
    head = headAfter(head, event);
    if (!head) return undefined;
    if (event.type === 'fleet.created') for (const target of event.targets) targets.set(target, untouched(target));
    if (event.type === 'target.started' && targets.has(event.target))
      targets.set(event.target, { ...untouched(event.target), run: event.run });
    if (event.type === 'target.finished' && targets.has(event.target)) {
      const { target, run, outcome, failure } = event;
      targets.set(target, { target, run, outcome, failure });
    }
  }
  return head && { ...head, targets: [...targets.values()] };
}

const untouched = (target: TargetId): FleetTargetRecord => ({
  target,
  run: undefined,
  outcome: undefined,
  failure: undefined,
});

function headAfter(
  head: Omit<FleetRecord, 'targets'> | undefined,
  event: FleetEvent,
): Omit<FleetRecord, 'targets'> | undefined {
  switch (event.type) {
    case 'fleet.created':
      return (
        head ?? {
          id: event.fleet,
          by: event.by,
          file: event.file,
          name: event.name,
          createdAt: event.at,
          finishedAt: undefined,
          stopped: undefined,
          attempts: 0,
          policy: { parallel: 1, maxFailures: 1, canary: 0 },
          process: undefined,
        }
      );
    case 'fleet.started': {
      const { parallel, maxFailures, canary, process } = event;
      const policy = { parallel, maxFailures, canary };
      return (
        head && { ...head, attempts: head.attempts + 1, policy, process, finishedAt: undefined, stopped: undefined }
      );
    }
    case 'fleet.finished':
      return head && { ...head, finishedAt: event.at, stopped: event.stopped };
    default:
      return head;
  }
}
