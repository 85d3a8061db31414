import type { Web, WebAnswer, WebRequest } from '../../core/index.ts';

/** A web with memory: each address gives its answers in turn, the last one for ever; an unknown one refuses. */
export interface FakeWeb extends Web {
  readonly asked: readonly WebRequest[];
  /** `never`: there is no answer, until the time is over or the signal aborts. */
  answer(url: string, ...answers: readonly (WebAnswer | 'never')[]): void;
}

export function fakeWeb(): FakeWeb {
  const asked: WebRequest[] = [];
  const answers = new Map<string, (WebAnswer | 'never')[]>();
  return {
    asked,
    answer: (url, ...given) => {
      answers.set(url, [...given]);
    },
    async request(request, signal) {
      if (signal.aborted) return cancelled;
      asked.push(request);
      const left = answers.get(request.url) ?? [];
      const next = left.length > 1 ? left.shift() : left[0];
      if (next === undefined) return { type: 'failed', why: 'refused', message: `connect ECONNREFUSED ${request.url}` };
      return next === 'never' ? silence(request, signal) : next;
    },
  };
}

const cancelled: WebAnswer = { type: 'failed', why: 'cancelled', message: 'The request was cancelled.' };

function silence({ timeoutMs }: WebRequest, signal: AbortSignal): Promise<WebAnswer> {
  return new Promise((resolve) => {
    const end = (answer: WebAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const message = `No complete answer within ${timeoutMs / 1_000} s.`;
    const timer = setTimeout(() => end({ type: 'failed', why: 'timeout', message }), timeoutMs);
    signal.addEventListener('abort', () => end(cancelled), { once: true });
  });
}
