import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunsChange, RunsStore } from '../../client/runs-store.ts';
import type { Answers } from '../../client/serve-client.ts';
import { runId } from '../../core/model/ids.ts';
import type { RunView } from '../../protocol/index.ts';
import { operation, run } from '../media/samples.ts';

/** A reading process with memory: what it holds, and what it was asked. */
class FakeServe implements Answers {
  runs: readonly RunView[] = [];
  readonly watched: string[] = [];
  asked = 0;

  async ask(verb: string, request: unknown): Promise<never> {
    this.asked += 1;
    const { run: id } = request as { readonly run?: string };
    const found = this.runs.find((one) => one.id === id);
    if (verb === 'runs') return { ok: true, reply: { runs: this.runs } } as never;
    return (found ? { ok: true, reply: { run: found } } : { ok: false, error: { message: 'gone' } }) as never;
  }

  async watch(project: string): Promise<void> {
    this.watched.push(project);
  }
}

const older = run('succeeded', [], { id: runId('20260204-120000-aaaaaa'), createdAt: '2026-02-04T12:00:00.000Z' });
const newer = run('running', [operation('a', 'running')]);
let serve: FakeServe;
let store: RunsStore;
let changes: RunsChange[];

beforeEach(() => {
  serve = new FakeServe();
  changes = [];
  store = new RunsStore(serve, () => {});
  store.onChange((change) => changes.push(change));
});
afterEach(() => store.dispose());

describe('the store of runs', () => {
  it('reads a project once, also when asked by two at once, and watches it', async () => {
    serve.runs = [older];
    const [one, two] = await Promise.all([store.load('/p'), store.load('/p')]);
    expect(one).toBe(two);
    expect(serve.asked).toBe(1);
    expect(serve.watched).toEqual(['/p']);
  });

  it('tells of one changed run with what it was before, and keeps the newest first', async () => {
    serve.runs = [older];
    await store.load('/p');
    serve.runs = [newer, older];
    await store.refresh('/p', [newer.id]);
    expect(store.known('/p').map(({ id }) => id)).toEqual([newer.id, older.id]);
    expect(changes).toEqual([{ project: '/p', runs: [{ before: undefined, after: newer }] }]);
    const failed = run('failed', []);
    serve.runs = [failed, older];
    await store.refresh('/p', [newer.id]);
    expect(changes.at(-1)?.runs).toEqual([{ before: newer, after: failed }]);
  });

  it('knows which runs are under way', async () => {
    serve.runs = [newer, older];
    await store.load('/p');
    expect(store.open().map(({ run: { id } }) => id)).toEqual([newer.id]);
  });

  it('keeps what it knew when a run cannot be read, and tells nothing', async () => {
    serve.runs = [older];
    await store.load('/p');
    serve.runs = [];
    await store.refresh('/p', [older.id]);
    expect(store.known('/p')).toEqual([older]);
    expect(changes).toEqual([]);
  });
});
