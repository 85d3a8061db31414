import { describe, expect, it } from 'vitest';
import {
  createEventGate,
  createRedactor,
  mask,
  type OutputLine,
  operationId,
  type RunEventBody,
} from '../../../core/index.ts';

const operation = operationId('s1');
const output = (...lines: readonly (OutputLine | string)[]): RunEventBody => ({
  type: 'operation.output',
  operation,
  lines: lines.map((line) => (typeof line === 'string' ? { stream: 'stdout', text: line } : line)),
});
const finished: RunEventBody = {
  type: 'operation.finished',
  operation,
  try: 1,
  outcome: 'failed',
  durationMs: 1,
  final: true,
  failure: {
    code: 'X',
    message: 'hunter22-long',
    log: ['the hunt', 'er22-long one'],
    statement: "SELECT 'hunter22-long'",
  },
};
const textsOf = (events: readonly RunEventBody[]) =>
  events.flatMap((event) => (event.type === 'operation.output' ? event.lines.map(({ text }) => text) : []));

describe('the gate that every event passes', () => {
  it('masks a secret that two lines share, also when they come in two events', () => {
    const gate = createEventGate(createRedactor(['hunter22-long']));
    expect(textsOf(gate.pass(output('ordinary', 'begins hunter22')))).toEqual(['ordinary']);
    expect(gate.isHolding()).toBe(true);
    expect(textsOf(gate.pass(output('-long ends', 'next')))).toEqual([`begins ${mask} ends`, 'next']);
    expect(gate.isHolding()).toBe(false);
  });

  it('lets ordinary lines through at once and as they are', () => {
    const gate = createEventGate(createRedactor(['zzzz-secret']));
    const lines = ['one', '', '  two', 'three\ttabs', ''];
    expect(textsOf(gate.pass(output(...lines)))).toEqual(lines);
    expect(gate.isHolding()).toBe(false);
  });

  it('gives what waits before the end of its operation, and after a while without more', () => {
    const gate = createEventGate(createRedactor(['hunter22-long']));
    gate.pass(output('only hunt'));
    expect(gate.pass(finished).map(({ type }) => type)).toEqual(['operation.output', 'operation.finished']);
    expect(textsOf(gate.pass(output('a hun')))).toEqual(['a hun']);
    expect(textsOf(gate.pass(output('ter22-long b')))).toEqual([`${mask} b`]);
    gate.pass(output('a hunter22-l'));
    expect(textsOf(gate.idle())).toEqual([`a ${mask}`]);
  });

  it('recognises a secret also where another event comes between its two lines', () => {
    const gate = createEventGate(createRedactor(['hunter22-long']));
    const first = gate.pass(output('begins hunter22'));
    const between = gate.pass({ type: 'cancel.requested', by: 'ann' });
    const told = JSON.stringify([first, between, gate.pass(output('-long ends')), gate.pass(finished)]);
    expect(between.at(-1)).toMatchObject({ type: 'cancel.requested' });
    expect(told).not.toMatch(/hunter22|-long/);
    expect(told).toContain(' ends');
  });

  it('keeps the streams of an operation apart', () => {
    const gate = createEventGate(createRedactor(['hunter22-long']));
    const lines = gate.pass(output('x hunter22', { stream: 'stderr', text: 'a warning' }, '-long y'));
    expect(lines).toEqual([
      {
        type: 'operation.output',
        operation,
        lines: [
          { stream: 'stderr', text: 'a warning' },
          { stream: 'stdout', text: `x ${mask} y` },
        ],
      },
    ]);
  });

  it('masks messages, statements and the lines that a failure repeats', () => {
    const gate = createEventGate(createRedactor(['hunter22-long']));
    const [event] = gate.pass(finished);
    expect(JSON.stringify(event)).not.toMatch(/hunt|er22|long/);
    expect(event).toMatchObject({ type: 'operation.finished', operation, outcome: 'failed' });
  });

  it.each([
    ['a statement', "INSERT INTO t VALUES ('hunter22-l…"],
    ['a value in quotes', 'The check gave "hunter22-l"…'],
    ['a sentence', 'It begins: SET x = hunter22-l…. Look at the target.'],
  ])('masks the beginning of a secret that was cut: %s', (_what, text) => {
    const gate = createEventGate(createRedactor(['hunter22-long']));
    const failure = { code: 'X', message: text, statement: text, log: [text, 'and more'] };
    const [event] = gate.pass({ ...finished, failure } as RunEventBody);
    expect(JSON.stringify(event)).not.toContain('hunt');
    expect(JSON.stringify(event)).toContain('…');
  });

  it('leaves what is cut and no secret as it is', () => {
    const { redact } = createRedactor(['hunter22-long', 'one…two…three']);
    expect(redact('a table of hun… and more')).toBe('a table of hun… and more');
    expect(redact('one…two…three…')).toBe(`${mask}…`);
  });
});

describe('a line that comes in pieces', () => {
  it('is masked where two pieces share a secret, and stays one line', () => {
    const gate = createEventGate(createRedactor(['hunter22-long']));
    const long = (text: string): OutputLine => ({ stream: 'stdout', text, continues: true });
    const lines = [output(long('x'.repeat(50)), long('and hunter2'), '2-long end', 'next')].flatMap((event) =>
      gate.pass(event).flatMap((one) => (one.type === 'operation.output' ? one.lines : [])),
    );
    expect(lines.map(({ text, continues }) => [text, continues === true])).toEqual([
      ['x'.repeat(50), true],
      ['and ', true],
      [`${mask} end`, false],
      ['next', false],
    ]);
  });
});
