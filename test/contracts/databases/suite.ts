import { describe } from 'vitest';
import { aloneTests } from './alone-tests.ts';
import { connectionTests } from './connection-tests.ts';
import { createHarness } from './harness.ts';
import { historyTests } from './history-tests.ts';
import { limitTests } from './limit-tests.ts';
import type { Subject } from './subject.ts';
import { transactionTests } from './transaction-tests.ts';
import { turnTests } from './turn-tests.ts';

export { MARKER } from './harness.ts';
export { counter, type ExpectedError, type FailingConnection, type Subject } from './subject.ts';

/** What every kind of target database does alike, whatever its dialect. */
export function describeDatabases(name: string, subject: Subject): void {
  describe(`a target database: ${name}`, () => {
    const harness = createHarness(subject);
    connectionTests(harness);
    historyTests(harness);
    if (subject.isTransactional) transactionTests(harness);
    if (subject.isTransactional) turnTests(harness);
    aloneTests(harness);
    limitTests(harness);
  });
}
