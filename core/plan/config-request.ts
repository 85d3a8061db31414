import type { DeployConfig } from '../model/deploy-config.ts';
import type { TargetId } from '../model/ids.ts';
import type { MatchedFile } from './config-steps.ts';
import type { Lifted } from './plan-shape.ts';
import type { AddressLooks } from './planned-connections.ts';
import type { GroupScope } from './select-groups.ts';

/** A deploy config that is to be planned. Paths are relative to the project, with `/`. */
export interface ConfigRequest {
  /** Undefined where the project has none, or none that can be read. */
  readonly config: DeployConfig | undefined;
  readonly configFile: string | undefined;
  /** The files of the groups that were chosen, in their order, by the group's name. */
  readonly files: ReadonlyMap<string, readonly MatchedFile[]>;
  /** The files in the folders of databases, by the database's name. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** What the variables say that hold addresses of databases. */
  readonly addresses: AddressLooks;
  /** True where the project has a `deploy.sh`. Spec: rulings, "No config". */
  readonly hasScript: boolean;
  readonly target: TargetId | undefined;
  readonly scope: GroupScope;
  /** False where a person left the health check out. */
  readonly checksHealth: boolean;
  readonly createdAt: Date;
  readonly lifted: Lifted;
}
