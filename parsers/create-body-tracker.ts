import { createAtomicTracker } from './atomic-body.ts';
import type { BodyTracker } from './body-tracker.ts';
import { createCompoundTracker } from './compound-body.ts';
import type { DialectRules } from './dialect-rules.ts';
import { createPsqlTracker } from './psql-body.ts';
import { createTriggerTracker } from './trigger-body.ts';

/** What watches a statement of a dialect. */
export function createBodyTracker(bodies: DialectRules['bodies']): BodyTracker {
  switch (bodies) {
    case 'begin-atomic':
      return createAtomicTracker();
    case 'trigger':
      return createTriggerTracker();
    case 'compound':
      return createCompoundTracker();
    case 'psql':
      return createPsqlTracker();
  }
}
