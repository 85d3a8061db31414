import type { BrokenOff, Ledger, LocallyApplied, TargetId } from '../../core/index.ts';

/** What a project's own history says, as a test has it; how often it was asked. */
export interface FakeLedger extends Ledger {
  readonly rows: Map<string, LocallyApplied>;
  readonly broken: BrokenOff[];
  asked: number;
}

export function fakeLedger(): FakeLedger {
  const fake: FakeLedger = {
    rows: new Map(),
    broken: [],
    asked: 0,
    async applied(_project: string, _target: TargetId) {
      fake.asked += 1;
      return new Map(fake.rows);
    },
    async brokenOff() {
      return [...fake.broken];
    },
  };
  return fake;
}
