import { type Plan, type Redactor, type RunEvent, type RunId, type RunRecord, runView } from '../core/index.ts';
import { exitCodes } from '../protocol/index.ts';
import { createHistoryIndexer, recordCrash, runExitCode } from '../runner/index.ts';
import type { Person } from './ask-person.ts';
import { cancelOnSignals } from './cancel-on-signals.ts';
import { type Cli, type Opened, printJson, printLines } from './context.ts';
import { createRunProgress } from './run-progress.ts';
import { safeLine, safeText } from './text/safe-text.ts';

/** What the command line does while an attempt runs in its process. */
export interface FollowedAttempt {
  readonly cancel: AbortController;
  readonly publish: (event: RunEvent) => void;
  /** Nothing refuses the attempt any more. */
  begin(plan: Plan): void;
  /** Saves the history, prints the result, gives the exit code. */
  end(record: RunRecord, json: boolean): Promise<number>;
  /** Keeps an error of our own beside the journal, masked; gives what is to be thrown on. */
  crashed(error: unknown, redactor: Redactor | undefined): Promise<unknown>;
  dispose(): void;
}

export interface FollowOptions {
  readonly run: RunId;
  readonly before: RunRecord | undefined;
  readonly show: 'text' | 'events' | 'quiet';
  /** Continues a pause by pressing Enter. */
  readonly person: Person | undefined;
}

export function followAttempt(cli: Cli, opened: Opened, { run, before, show, person }: FollowOptions): FollowedAttempt {
  const { project, store, world } = opened;
  const cancel = new AbortController();
  const indexer = createHistoryIndexer(project.root, cli.dist, world);
  const stop = cancelOnSignals(cli, cancel, () => `srdeploy resume ${run}`);
  let pause: { end(): void } | undefined;
  let idle: readonly string[] | undefined;
  const screen = show === 'quiet' ? cli.err : cli.out;
  const progress = createRunProgress({
    out: screen,
    paint: cli.paint,
    record: before,
    commands: {
      continue: `${person ? 'Enter, or from elsewhere: ' : ''}srdeploy continue ${run}`,
      resume: `srdeploy resume ${run}`,
    },
  });
  return {
    cancel,
    publish: (event) => {
      if (show === 'events') cli.out.write(`${JSON.stringify(event)}\n`);
      else if (show === 'text' || speaksToPeople(event)) progress.show(event);
      followPause(event);
    },
    begin: (plan) => {
      idle = plan.idle;
      if (show === 'text') printLines(cli, (idle ?? []).map(idleLine));
      indexer.begin(plan.operations.length);
    },
    async end(record, json) {
      progress.stop();
      pause?.end();
      await indexer.finish((message) => cli.err.write(`warning ${message}\n`));
      const code = runExitCode(record);
      if (json) printEnd(cli, record, code, idle);
      return code;
    },
    async crashed(error, redactor) {
      progress.stop();
      if (redactor) await recordCrash(store, run, redactor, error);
      if (!redactor || !(error instanceof Error)) return error;
      error.message = redactor.redact(error.message);
      if (error.stack) error.stack = redactor.redact(error.stack);
      return error;
    },
    dispose: () => {
      progress.stop();
      pause?.end();
      stop();
    },
  };

  function followPause(event: RunEvent): void {
    if (event.type === 'operation.waiting' && event.waiting.reason === 'pause') {
      pause = person?.onEnter(() => opened.desk.continue(event.operation, cli.by));
    } else if (event.type === 'operation.finished') {
      pause?.end();
      pause = undefined;
    }
  }
}

/** A group that had nothing to do says so: it is none of what succeeded. */
const idleLine = (group: string): string => `Group ${safeLine(group)}: nothing to do, no file matches its patterns.`;

/** The run, the groups with nothing to do, and where it did not succeed the error as every failing command gives it. */
function printEnd(cli: Cli, record: RunRecord, code: number, idle: readonly string[] | undefined): void {
  const { failure } = record;
  const error = code === exitCodes.done || !failure ? undefined : { code: failure.code, message: failure.message };
  printJson(cli, { run: runView(record, 'dead'), ...(idle && { idle }), ...(error && { error }) });
  if (error) cli.err.write(`error ${error.code} ${safeText(error.message)}\n`);
}

/** With `--json` only what a person must act on is said, on standard error. */
const speaksToPeople = (event: RunEvent): boolean =>
  event.type === 'run.created' ||
  event.type === 'lock.waiting' ||
  event.type === 'operation.waiting' ||
  event.type === 'run.waiting';
