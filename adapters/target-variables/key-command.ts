import { randomUUID } from 'node:crypto';
import type { CommandEnd, Processes } from '../../core/index.ts';

/** A keychain may ask a person for its password first. */
const KEY_COMMAND_MS = 60_000;
const MOST_CHARACTERS = 4_096;

/** What a command prints, or why there is nothing of it, to go on with "it …". What it writes besides is left out: it may hold the key. */
export async function runKeyCommand(
  text: string,
  folder: string,
  processes: Pick<Processes, 'run'>,
  timeoutMs = KEY_COMMAND_MS,
): Promise<{ readonly type: 'text'; readonly text: string } | { readonly type: 'refused'; readonly why: string }> {
  const request = {
    command: { type: 'shell', text },
    folder,
    env: {},
    marker: randomUUID(),
    timeoutMs,
    inactivityMs: undefined,
    graceMs: 1_000,
  } as const;
  const output = processes.run(request, new AbortController().signal);
  let printed = '';
  for (;;) {
    const next = await output.next();
    if (!next.done) {
      if (next.value.stream === 'stdout' && printed.length <= MOST_CHARACTERS) printed += next.value.text;
      continue;
    }
    const end = next.value;
    if (end.type === 'exited' && end.code === 0) return { type: 'text', text: printed };
    return { type: 'refused', why: whyNot(end, timeoutMs) };
  }
}

function whyNot(end: CommandEnd, timeoutMs: number): string {
  switch (end.type) {
    case 'exited':
      return `failed with exit code ${end.code}`;
    case 'signalled':
      return `was ended by ${end.signal}`;
    case 'timeout':
      return `took longer than ${timeoutMs / 1_000} seconds`;
    case 'could-not-start':
      return 'could not be started';
    case 'cancelled':
    case 'abandoned':
      return 'did not end';
  }
}
