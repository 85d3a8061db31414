import { describe, expect, it } from 'vitest';
import { type AttemptEnd, createRedactor, type RunEvent, type RunEventBody } from '../../core/index.ts';
import { type DriveOptions, drive } from '../../runner/drive.ts';

const lines: RunEventBody[] = [
  { type: 'cancel.requested', by: 'ann' },
  { type: 'run.waiting', waiting: { reason: 'pause', message: 'the word is hunter22' } },
  { type: 'run.finished', outcome: 'failed', failure: { code: 'X', message: 'hunter22 was refused' } },
];

function setting(bodies: readonly RunEventBody[], changes: Partial<DriveOptions> = {}) {
  const told: string[] = [];
  let isStopped = false;
  async function* events(): AsyncGenerator<RunEventBody, AttemptEnd> {
    try {
      for (const body of bodies) {
        told.push(`ask ${body.type}`);
        yield body;
      }
      return { type: 'finished' };
    } finally {
      isStopped = true;
    }
  }
  const stored: RunEvent[] = [];
  const options: DriveOptions = {
    append: async (events) => {
      told.push(`store ${events.map(({ type }) => type).join(' + ')}`);
      stored.push(...events);
    },
    publish: (event) => told.push(`tell ${event.type}`),
    redactor: createRedactor(['hunter22']),
    now: () => new Date(0),
    attempt: 1,
    lastSeq: 0,
    isResume: false,
    ...changes,
  };
  return { told, stored, run: () => drive(events(), options), isStopped: () => isStopped };
}

describe('driving an attempt', () => {
  it('stores each event before it is told, and before the next is asked for', async () => {
    const the = setting(lines);
    await the.run();
    expect(the.told).toEqual(lines.flatMap(({ type }) => [`ask ${type}`, `store ${type}`, `tell ${type}`]));
    expect(the.stored.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('stores intents together with the event that follows them, since nothing is done in between', async () => {
    const intent = (id: string): RunEventBody => ({ type: 'operation.intent', operation: id as never, try: 1 });
    const started: RunEventBody = { type: 'operation.started', operation: 'a' as never, try: 1 };
    const the = setting([intent('a'), intent('b'), started]);
    await the.run();
    expect(the.told).toEqual([
      'ask operation.intent',
      'ask operation.intent',
      'ask operation.started',
      'store operation.intent + operation.intent + operation.started',
      'tell operation.intent',
      'tell operation.intent',
      'tell operation.started',
    ]);
    expect(the.stored.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('asks for nothing more where the beginning or the good end of a migration cannot be written', async () => {
    const operation = 'a' as never;
    const start: RunEventBody = { type: 'operation.started', operation, try: 1 };
    const end: RunEventBody = {
      type: 'operation.finished',
      operation,
      try: 1,
      outcome: 'succeeded',
      durationMs: 1,
      final: true,
    };
    for (const first of [start, end]) {
      const the = setting([first, ...lines], { append: () => Promise.reject(new Error('ENOSPC')) });
      await expect(the.run()).rejects.toThrow('ENOSPC');
      expect(the.told).toEqual([`ask ${first.type}`]);
      expect(the.isStopped()).toBe(true);
    }
  });

  it('lets no secret reach the journal or the screen', async () => {
    const seen: RunEvent[] = [];
    const the = setting(lines, { publish: (event) => seen.push(event) });
    await the.run();
    expect(JSON.stringify([the.stored, seen])).not.toContain('hunter22');
    expect(JSON.stringify(the.stored)).toContain('***');
  });

  it.each(['append', 'publish'] as const)('stops the engine and tells the first error when %s fails', async (what) => {
    const the = setting(lines, {
      [what]: () => {
        throw new Error('ENOSPC');
      },
    });
    await expect(the.run()).rejects.toThrow('ENOSPC');
    expect(the.isStopped()).toBe(true);
    expect(the.told.filter((line) => line.startsWith('ask'))).toHaveLength(1);
  });

  it('tells the first error also where the engine fails to stop', async () => {
    const events = {
      next: async () => ({ done: false, value: lines[0] as RunEventBody }),
      return: () => Promise.reject(new Error('the second')),
      throw: () => Promise.reject(new Error('the third')),
      [Symbol.asyncIterator]: () => events,
    } as unknown as AsyncGenerator<RunEventBody, AttemptEnd>;
    const append = () => Promise.reject(new Error('the first'));
    const options = { redactor: createRedactor([]), now: () => new Date(0), attempt: 1, lastSeq: 0, isResume: false };
    await expect(drive(events, { ...options, append, publish: () => undefined })).rejects.toThrow('the first');
  });

  it('writes nothing of a resume before its attempt began, and nothing after the lease was lost', async () => {
    const started: RunEventBody = { type: 'attempt.started', by: 'ann', host: 'h', pid: 1, planDigest: 'd' as never };
    const waiting: RunEventBody = { type: 'lock.waiting', holder: {} as never };
    const lost: RunEventBody = { type: 'lock.lost', lock: 'l' as never, reason: 'forced open' };
    const the = setting([waiting, started, lines[0] as RunEventBody, lost, lines[0] as RunEventBody], {
      isResume: true,
      lastSeq: 10,
      attempt: 2,
    });
    await the.run();
    expect(the.stored.map(({ type, seq, attempt }) => [type, seq, attempt])).toEqual([
      ['attempt.started', 11, 2],
      ['cancel.requested', 12, 2],
    ]);
    expect(the.told.filter((line) => line.startsWith('tell'))).toHaveLength(5);
  });

  it('writes no intent that waited when the lease was lost, since nothing was done about it', async () => {
    const intent: RunEventBody = { type: 'operation.intent', operation: 'a' as never, try: 1 };
    const lost: RunEventBody = { type: 'lock.lost', lock: 'l' as never, reason: 'forced open' };
    const the = setting([lines[0] as RunEventBody, intent, intent, lost]);
    await the.run();
    expect(the.stored.map(({ type }) => type)).toEqual(['cancel.requested']);
    expect(the.told.filter((line) => line.startsWith('tell'))).toEqual(['tell cancel.requested', 'tell lock.lost']);
  });

  it('asks for no further migration once the journal is known to have failed', async () => {
    const good: RunEventBody = {
      type: 'operation.finished',
      operation: 'a' as never,
      try: 1,
      outcome: 'succeeded',
      durationMs: 1,
      final: true,
      migration: { file: 'a.sql', checksum: 'c' as never, status: 'success', executionMs: 1 },
    };
    const asked: number[] = [];
    async function* events(): AsyncGenerator<RunEventBody, AttemptEnd> {
      for (let i = 0; i < 10; i++) {
        asked.push(i);
        await new Promise((resolve) => setImmediate(resolve));
        yield good;
      }
      return { type: 'finished' };
    }
    const options = { redactor: createRedactor([]), now: () => new Date(0), attempt: 1, lastSeq: 0, isResume: false };
    const append = () => Promise.reject(new Error('ENOSPC'));
    await expect(drive(events(), { ...options, append, publish: () => undefined })).rejects.toThrow('ENOSPC');
    expect(asked.length).toBeLessThanOrEqual(2);
  });
});
