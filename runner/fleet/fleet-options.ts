import type { ConfigReading, FleetId, FleetPolicy, RunEvent, RunId, TargetId, World } from '../../core/index.ts';
import type { Consent } from '../../protocol/index.ts';
import type { FolderShape } from '../compile-plan.ts';
import type { Project } from '../project.ts';
import type { RunStore } from '../run-store.ts';

/** What running a fleet, or resuming one, needs. */
export interface FleetOptions {
  readonly project: Project;
  readonly world: World & ConfigReading;
  readonly store: RunStore;
  readonly env: NodeJS.ProcessEnv;
  readonly by: string;
  readonly consent: Consent;
  readonly policy: FleetPolicy;
  /** Aborts with a `CancelRequest`: all that run are cancelled and no further one is started. */
  readonly cancel: AbortController;
}

/** What a new fleet is made from. */
export interface FleetRequest extends FleetOptions {
  /** A plan document or a folder of migrations; relative to the project, with `/`. */
  readonly file: string;
  /** In the order in which they are started, each once. */
  readonly targets: readonly TargetId[];
  readonly shape: FolderShape;
}

/** Who follows a fleet while it runs. */
export interface FleetFollower {
  event(event: RunEvent, of: { readonly target: TargetId; readonly run: RunId; readonly fleet: FleetId }): void;
  /** What people should know and nothing depends on. */
  warn(message: string): void;
}
