// The face of the adapters: the only way in, one line a file.
export * from './approvals.ts';
export * from './clock.ts';
export * from './durable/append-file.ts';
export * from './durable/replace-file.ts';
export * from './durable/write-new-file.ts';
export * from './hasher.ts';
export type { JournalProblem } from './history-store/fold-journals.ts';
export * from './history-store/open-history.ts';
export type { MigrationHistoryRow } from './history-store/queries.ts';
export * from './journal/follow-journal.ts';
export * from './journal/open-journal.ts';
export * from './journal/read-journal.ts';
export * from './journal/store-layout.ts';
export * from './leases/file-leases.ts';
export * from './processes/create-processes.ts';
export * from './processes/marker.ts';
export * from './project-files/create-project-files.ts';
export * from './variables.ts';
