import type { CommandLine } from '../model/command-line.ts';
import type { ProcessIdentity } from '../model/lock.ts';

/** What is known of processes on this machine, and what is started on it. */
export interface Processes {
  self(): Promise<ProcessIdentity>;
  /** `unknown` for a process of another host, or where this system cannot tell. A zombie is gone. */
  liveness(process: ProcessIdentity): Promise<'alive' | 'gone' | 'unknown'>;
  /** Processes that carry the marker in their environment, this one left out. */
  marked(marker: string): Promise<readonly number[]>;
  /**
   * Runs a command to its end and gives its output as it is pulled: who does not pull keeps the command waiting. When the generator returns,
   * everything that the command started is gone, or the end says `abandoned`. An aborted signal ends the command's processes, as does a
   * reader that goes away; a `CancelRequest` that is hurried leaves them no more grace.
   */
  run(request: CommandRequest, signal: AbortSignal): AsyncGenerator<CommandOutput, CommandEnd>;
  /** Ends what carries the marker: asked to end, after the grace killed. The ones that are still there, none where all are gone. */
  endMarked(marker: string, graceMs: number): Promise<readonly number[]>;
}

export interface CommandRequest {
  readonly command: CommandLine;
  /** Absolute. */
  readonly folder: string;
  /** Added to the environment of this process, of which what the editor's host and Node put there for themselves is left out. */
  readonly env: Readonly<Record<string, string>>;
  /** Marks every process of the tree, so that it is found again. */
  readonly marker: string;
  /** Bounds the whole command, in milliseconds; undefined: no bound. */
  readonly timeoutMs: number | undefined;
  /** Bounds the time without output while somebody asks for some, in milliseconds; undefined: no bound. */
  readonly inactivityMs: number | undefined;
  /** Between being asked to end and being killed, in milliseconds. */
  readonly graceMs: number;
}

export interface CommandOutput {
  readonly stream: 'stdout' | 'stderr';
  /** Decoded from UTF-8; never ends inside of a character. */
  readonly text: string;
}

/** How a command ended. Only after `abandoned` may processes of it be left. */
export type CommandEnd =
  | ({ readonly type: 'exited'; readonly code: number } & Leftovers)
  | ({ readonly type: 'signalled'; readonly signal: string } & Leftovers)
  /** Ended by us: it took longer than it may, or was silent for longer. */
  | { readonly type: 'timeout'; readonly limit: 'total' | 'inactivity' }
  | { readonly type: 'cancelled' }
  | {
      readonly type: 'could-not-start';
      /** `missing`: there is no such program. `not-permitted`: it may not be executed. */
      readonly why: 'missing' | 'not-permitted' | 'other';
      readonly message: string;
    }
  /** Processes of it cannot be ended, or nothing is known of them. `after` is what would have been the end. */
  | {
      readonly type: 'abandoned';
      readonly after: 'exit' | 'timeout' | 'cancel';
      readonly survivors: readonly number[];
    };

/** What a command that ended by itself left behind. */
export interface Leftovers {
  /** Processes in the background that were then ended. */
  readonly ended: number;
  /** One of them kept the command's output open, which was closed; what it wrote later is lost. */
  readonly keptOutputOpen: boolean;
}
