import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CancelRequest, forceUnlock, lockId, type RunEvent, type RunEventBody, targetId } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { connectionOf, type Engine, engine, noticesOf, outcomeOf, outline, planOf, runPlan, until } from './engine.ts';

const numbers = (count: number) => [...Array(count).keys()].map((i) => i + 1);
/** A plan of migrations s1, s2, … with these scripts. */
function given(...scripts: readonly string[]) {
  const files = Object.fromEntries(scripts.map((text, i) => [`m/V${i + 1}.sql`, text]));
  const steps = scripts.map((_, i) => migration(`s${i + 1}`, `m/V${i + 1}.sql`));
  return { own: engine('manual', files), steps };
}
const table = (n: number) => `CREATE TABLE t${n} (x int);`;
const tablesOf = async (own: Engine, steps: readonly object[]) =>
  [...own.databases.at(connectionOf(await planOf(own, { steps }), own)).tables.keys()].sort();
const rowsOf = async (own: Engine, steps: readonly object[]) =>
  [...(own.databases.at(connectionOf(await planOf(own, { steps }), own)).history?.values() ?? [])].map(
    ({ path, status }) => `${path} ${status}`,
  );
const about = (events: readonly RunEvent[], id: string) => outline(events).filter((line) => line.endsWith(` ${id}`));
const isSleeping = (own: Engine) => own.databases.statements.includes('SELECT SLEEP');

/** What commits the migration is on its way a while after its statements have run. */
function permitLater(own: Engine, path: string): void {
  const { connect } = own.databases;
  own.databases.connect = async (...given) => {
    const connected = await connect(...given);
    if (connected.type !== 'connected') return connected;
    const { session } = connected;
    const applyTurn: typeof session.applyTurn = (turn, signal) => {
      const permit = () => delay(turn.row.path === path ? 30 : 0).then(() => turn.permit());
      return session.applyTurn?.({ ...turn, permit }, signal) ?? Promise.resolve({ type: 'skipped' });
    };
    return { ...connected, session: { ...session, applyTurn } };
  };
}

describe('migrations in turn', () => {
  it('are each announced, told as begun and told as done, in the order of the plan, and applied once', async () => {
    const count = 70;
    const { own, steps } = given(...numbers(count).map(table));
    const ran = await runPlan(own, { steps });
    expect(ran.end.type).toBe('finished');
    for (const n of numbers(count))
      expect(about(ran.events, `s${n}`)).toEqual([
        `operation.intent s${n}`,
        `operation.started s${n}`,
        `operation.finished s${n}`,
      ]);
    const done = outline(ran.events).filter((line) => line.startsWith('operation.finished'));
    expect(done).toEqual(numbers(count).map((n) => `operation.finished s${n}`));
    expect(own.databases.statements).toEqual(numbers(count).map((n) => table(n).slice(0, -1)));
    expect(await rowsOf(own, steps)).toHaveLength(count);
    expect(ran.record?.operations.map(({ detail }) => detail)).toEqual(numbers(count).map(() => '1 statement'));
  });

  it('are sent only once their intents are stored', async () => {
    const { own, steps } = given(...numbers(70).map(table));
    const stored = new Set<string>();
    let held: string[] = [];
    const onEvent = (event: RunEventBody) => {
      if (event.type === 'operation.intent') held.push(`m/V${event.operation.slice(1)}.sql`);
      else {
        // As the journal does it: intents are written together with the event that follows them.
        for (const path of held) stored.add(path);
        held = [];
      }
      const claimed = own.databases.calls.filter(({ call }) => call === 'openMigration');
      for (const { argument } of claimed) expect(stored).toContain((argument as { path: string }).path);
    };
    expect((await runPlan(own, { steps }, { onEvent })).end.type).toBe('finished');
  });

  it('are sent while the one before them runs', async () => {
    const { own, steps } = given(...numbers(12).map(table));
    const ahead: boolean[] = [];
    const onEvent = (event: RunEventBody) => {
      if (event.type === 'operation.started' && event.operation === 's5')
        ahead.push(own.databases.calls.some(({ argument }) => (argument as { path?: string })?.path === 'm/V6.sql'));
    };
    await runPlan(own, { steps }, { onEvent });
    expect(ahead).toEqual([true]);
  });

  it('are told while the target commits the next one, not while it runs it', async () => {
    const { own, steps } = given(...numbers(8).map(table));
    permitLater(own, 'm/V4.sql');
    const committed: string[] = [];
    const onEvent = (event: RunEventBody) => {
      if (event.type === 'operation.finished' && event.operation === 's3')
        committed.push(JSON.stringify(own.databases.calls.filter(({ call }) => call === 'commitMigrations')));
    };
    await runPlan(own, { steps }, { onEvent });
    expect(committed).toHaveLength(1);
    expect(committed[0]).toContain('m/V4.sql');
  });

  it('stop at the first that fails, of which nothing is left, and nothing behind it is begun', async () => {
    const { own, steps } = given(
      table(1),
      table(2),
      `${table(3)}\nINSERT INTO nowhere VALUES (1);`,
      table(4),
      table(5),
    );
    const ran = await runPlan(own, { steps });
    expect(numbers(5).map((n) => outcomeOf(ran, `s${n}`))).toEqual([
      'succeeded',
      'succeeded',
      'failed',
      'pending',
      'pending',
    ]);
    expect(ran.record?.operations[2]?.failure).toMatchObject({ code: 'SQL_ERROR', line: 2, file: 'm/V3.sql' });
    expect(await tablesOf(own, steps)).toEqual(['t1', 't2']);
  });

  it('show one that takes its time while it runs, and a cancel ends it and nothing else', async () => {
    const { own, steps } = given(table(1), table(2), `${table(3)}\nSELECT SLEEP;`, table(4));
    const cancel = new AbortController();
    const told: RunEventBody[] = [];
    const running = runPlan(own, { steps }, { signal: cancel.signal, onEvent: (event) => told.push(event) });
    await until(() => isSleeping(own));
    await own.clock.advance(60);
    await until(() => outline(told).includes('operation.started s3'));
    cancel.abort(new CancelRequest('ann'));
    const ran = await running;
    expect(numbers(4).map((n) => outcomeOf(ran, `s${n}`))).toEqual(['succeeded', 'succeeded', 'cancelled', 'pending']);
    expect(await tablesOf(own, steps)).toEqual(['t1', 't2']);
  });

  it('tell of what was committed before a cancel that comes at any event', async () => {
    for (let at = 4; at < 30; at += 3) {
      const { own, steps } = given(...numbers(12).map(table));
      const cancel = new AbortController();
      let count = 0;
      const onEvent = () => {
        count += 1;
        if (count === at) cancel.abort(new CancelRequest('ann'));
      };
      const ran = await runPlan(own, { steps }, { signal: cancel.signal, onEvent });
      const succeeded = ran.record?.operations
        .filter(({ status }) => status === 'succeeded')
        .map(({ id }) => `t${id.slice(1)}`);
      expect([at, await tablesOf(own, steps)]).toEqual([at, succeeded?.sort()]);
      const open = ran.record?.operations.filter(({ status }) => status === 'running' || status === 'unknown');
      expect([at, open]).toEqual([at, []]);
    }
  });

  it('tell of several that were committed although they were cancelled', async () => {
    const { own, steps } = given(...numbers(5).map(table));
    const cancel = new AbortController();
    const connect = own.world.databases.connect;
    own.world.databases.connect = async (...to) => {
      const connected = await connect(...to);
      if (connected.type !== 'connected') return connected;
      // The second and the third are committed only after the cancel; the fourth is not begun.
      const applyTurn: typeof connected.session.applyTurn = ({ row }, signal) =>
        new Promise((resolve) => {
          const isLate = row.path === 'm/V4.sql';
          const end = () => resolve(isLate ? { type: 'skipped' } : { type: 'committed', executionMs: 1 });
          signal.addEventListener('abort', () => setImmediate(end), { once: true });
          if (row.path === 'm/V2.sql') setImmediate(() => cancel.abort(new CancelRequest('ann')));
        });
      return { type: 'connected', session: { ...connected.session, applyTurn } };
    };
    const ran = await runPlan(own, { steps }, { signal: cancel.signal });
    expect(numbers(5).map((n) => outcomeOf(ran, `s${n}`))).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
      'pending',
      'pending',
    ]);
    expect(ran.record?.end).toMatchObject({ type: 'finished', outcome: 'cancelled' });
  });

  it('end when the lease is lost: nothing is committed after that', async () => {
    const { own, steps } = given(...numbers(12).map(table));
    let isForced = false;
    let before = 0;
    const onEvent = async ({ type }: RunEventBody) => {
      if (type !== 'operation.finished' || isForced) return;
      isForced = true;
      await forceUnlock(targetId('staging'), lockId('own-lock'), own.leases);
      before = (await rowsOf(own, steps)).length;
    };
    const ran = await runPlan(own, { steps }, { onEvent });
    expect(ran.end.type).toBe('lease-lost');
    // What was permitted already is on its way.
    expect((await rowsOf(own, steps)).length).toBeLessThanOrEqual(before + 1);
  });

  it('have what the server says of them in their own logs', async () => {
    const { own, steps } = given(table(1), table(2), `SELECT SLEEP;`, table(4));
    const notices = noticesOf(own);
    const cancel = new AbortController();
    const running = runPlan(own, { steps }, { signal: cancel.signal });
    await until(() => isSleeping(own));
    notices.say('about the third');
    await until(() => own.databases.calls.length > 0);
    cancel.abort(new CancelRequest('ann'));
    const ran = await running;
    const lines = ran.events.flatMap((event) =>
      event.type === 'operation.output' ? event.lines.map(({ text }) => `${event.operation}: ${text}`) : [],
    );
    expect(lines).toContain('s3: NOTICE: about the third');
  });
});
