import type { DeployConfig } from '../model/deploy-config.ts';
import type { ConfigDatabase, ConfigGroup } from '../model/deploy-group.ts';
import type { TargetId } from '../model/ids.ts';
import type { MigrationPlace } from '../model/plan-document.ts';

/** The name of the connection behind an address that a variable holds. */
export const addressName = (variable: string): string => `\${env:${variable}}`;

/** The name of a target's own connection; undefined where it has none. */
export const ownConnection = (config: DeployConfig | undefined, target: TargetId | undefined): string | undefined =>
  target === undefined ? undefined : config?.targets.get(target)?.value.connectionRef;

/** Where the migrations of a database run; undefined: on the target's own connection, which is named `own`. */
export function placeOfDatabase(
  { name, connectionEnv, connectionRef }: ConfigDatabase,
  own: string | undefined,
): MigrationPlace | undefined {
  const connection = connectionEnv ? addressName(connectionEnv.value) : connectionRef?.value;
  return connection === undefined || connection === own ? undefined : { connection, database: name };
}

/** As `placeOfDatabase`, for a group, whose database has no name but that of its connection. */
export const placeOfGroup = (
  { connectionRef }: Pick<ConfigGroup, 'connectionRef'>,
  own: string | undefined,
): MigrationPlace | undefined =>
  connectionRef === undefined || connectionRef.value === own
    ? undefined
    : { connection: connectionRef.value, database: connectionRef.value };
