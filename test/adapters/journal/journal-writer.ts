// Run as a process of its own: opens the journal of a run, says so, and appends events until it is killed, saying each durable one.
import { createProcesses, openJournal } from '../../../adapters/index.ts';
import { attemptStarted, created, eventWriter, intent, output } from '../../core/history/sample-events.ts';

const [folder] = process.argv.slice(2) as [string];

async function main(): Promise<void> {
  const opened = await openJournal(folder, createProcesses());
  if (opened.type === 'busy') {
    console.log(`busy ${opened.holder.pid}`);
    process.disconnect();
    return;
  }
  const { journal } = opened;
  const event = eventWriter(undefined, journal.lastSeq);
  if (journal.lastSeq === 0) await journal.append(event(created()));
  await journal.append(event(attemptStarted()));
  for (;;) {
    await journal.append(event(output('first', 'x'.repeat(Math.random() * 5_000))));
    const durable = event(intent('first'));
    await journal.append(durable);
    process.send?.(durable.seq);
  }
}

void main(); // A rejection ends the process with a code and its reason, which the test sees.
