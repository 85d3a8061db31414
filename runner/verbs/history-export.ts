import type { History, HistoryChoice } from '../../adapters/index.ts';
import {
  csvLine,
  type ExportedRecord,
  type ExportKind,
  exportColumns,
  exportedMigration,
  exportedOperation,
  exportedRun,
} from '../../core/index.ts';

export interface ExportRequest {
  readonly format: 'json' | 'csv';
  /** CSV has exactly one. */
  readonly kinds: readonly ExportKind[];
  readonly choice: HistoryChoice;
  readonly at: Date;
}

type Exported = Pick<History, 'runsPage' | 'migrationsPage'>;

/** The text of an export, a piece at a time: the memory does not grow with the history. */
export async function* exportHistory(history: Exported, request: ExportRequest): AsyncGenerator<string> {
  if (request.format === 'csv') {
    for (const kind of request.kinds) {
      yield csvLine(exportColumns[kind]);
      for await (const records of recordsOf(kind, history, request.choice))
        yield records.map((record) => csvLine(exportColumns[kind].map((column) => record[column]))).join('');
    }
    return;
  }
  yield `{"v":1,"exportedAt":${JSON.stringify(request.at.toISOString())}`;
  for (const kind of request.kinds) {
    let before = '';
    yield `,\n${JSON.stringify(kind)}:[`;
    for await (const records of recordsOf(kind, history, request.choice)) {
      if (records.length === 0) continue;
      yield `${before}\n${records.map((record) => JSON.stringify(record)).join(',\n')}`;
      before = ',';
    }
    yield '\n]';
  }
  yield '}\n';
}

async function* recordsOf(
  kind: ExportKind,
  history: Exported,
  choice: HistoryChoice,
): AsyncGenerator<readonly ExportedRecord[]> {
  if (kind === 'migrations') {
    for (let after = 0; ; ) {
      const page = await history.migrationsPage(choice, after);
      yield page.map(exportedMigration);
      const last = page.at(-1);
      if (!last) return;
      after = last.row;
    }
  }
  for (let after = ''; ; ) {
    const page = await history.runsPage(choice, after);
    yield kind === 'runs'
      ? page.map(exportedRun)
      : page.flatMap((run) => run.operations.map((operation, i) => exportedOperation(run, operation, i)));
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
  }
}
