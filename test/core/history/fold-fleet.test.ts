import { describe, expect, it } from 'vitest';
import { type FleetEvent, type FleetEventBody, fleetId, foldFleet, runId, targetId } from '../../../core/index.ts';

const [a, b] = [targetId('a1'), targetId('b1')];
const [first, second] = [runId('20260205-120000-aaaaaa'), runId('20260205-120000-bbbbbb')];
const process = { host: 'h', bootId: 'b', pid: 1, startTime: '1' };
const at = '2026-02-05T12:00:00.000Z';
const events = (...bodies: readonly FleetEventBody[]): FleetEvent[] => bodies.map((body) => ({ ...body, v: 1, at }));
const created: FleetEventBody = {
  type: 'fleet.created',
  fleet: fleetId('fleet-20260205-120000-aaaaaa'),
  by: 'dana',
  file: 'm',
  name: 'M',
  targets: [a, b],
};
const started: FleetEventBody = { type: 'fleet.started', by: 'dana', process, parallel: 4, maxFailures: 0, canary: 1 };

describe('the journal of a fleet', () => {
  it('says of each target which run it got and how it ended', () => {
    const record = foldFleet(
      events(
        created,
        started,
        { type: 'target.started', target: a, run: first },
        { type: 'target.finished', target: a, run: first, outcome: 'failed' },
        { type: 'target.started', target: b, run: second },
      ),
    );
    expect(record).toMatchObject({
      attempts: 1,
      policy: { parallel: 4, maxFailures: 0, canary: 1 },
      process,
      finishedAt: undefined,
      targets: [
        { target: a, run: first, outcome: 'failed' },
        { target: b, run: second, outcome: undefined },
      ],
    });
  });

  it('is open again once the fleet is resumed', () => {
    const finished: FleetEventBody = { type: 'fleet.finished', outcome: 'failed', stopped: 'failures' };
    expect(foldFleet(events(created, started, finished))).toMatchObject({ finishedAt: at, stopped: 'failures' });
    expect(foldFleet(events(created, started, finished, started))).toMatchObject({
      attempts: 2,
      finishedAt: undefined,
      stopped: undefined,
    });
  });

  it('says nothing where it does not begin, and nothing of targets that the fleet does not have', () => {
    expect(foldFleet(events(started))).toBeUndefined();
    const other = targetId('other');
    expect(foldFleet(events(created, { type: 'target.started', target: other, run: first }))?.targets).toHaveLength(2);
  });
});
