import type { Connection, TargetView } from '../../core/index.ts';
import type { TargetProbe } from '../../runner/index.ts';
import type { Paint } from './paint.ts';
import { safeLine } from './safe-text.ts';
import { table } from './table.ts';

/** The targets of a config, one a line; production is marked with a word. */
export const targetTable = (targets: readonly TargetView[]): readonly string[] =>
  table([
    ['ID', 'NAME', 'KIND', 'CONNECTION', 'TYPE', 'PROVIDER', 'HOST', 'REGION'],
    ...targets.map((target) => [
      target.id,
      target.name,
      kindOf(target),
      ...[target.settings.connection_ref, target.settings.type, target.settings.provider].map(orDash),
      ...[target.settings.host, target.settings.region].map(orDash),
    ]),
  ]);

const kindOf = ({ production, settings }: TargetView): string => (production ? 'PRODUCTION' : orDash(settings.kind));
const orDash = (text: string | undefined): string => text ?? '-';

/** Everything that the config says of a target, by its own keys, and the connection with its defaults. */
export function targetLines(target: TargetView, paint: Paint): readonly string[] {
  const { id, name, production, settings, connection } = target;
  const heading = `${id}${name === id ? '' : ` (${safeLine(name)})`}${production ? ', PRODUCTION' : ''}`;
  const lines = table(membersOf('', settings));
  const reached = connection
    ? ['', paint('strong', `Connection ${safeLine(connection.ref)}`), ...table(connectionRows(connection))]
    : ['', 'No connection: it is reached by commands only.'];
  return [paint('strong', heading), ...lines, ...reached];
}

/** One row a value: `variables.schema  shop`. */
const membersOf = (prefix: string, value: object): readonly (readonly [string, string])[] =>
  Object.entries(value).flatMap(([key, member]) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? membersOf(`${prefix}${key}.`, member)
      : [[`${prefix}${key}`, typeof member === 'string' ? member : JSON.stringify(member)] as const],
  );

const connectionRows = ({ ref: _ref, ...members }: Connection): readonly (readonly [string, string])[] =>
  Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)] as const]));

const ways = { database: 'Database', web: 'Web', command: 'Command' } as const;

/** What each way to a target said, one a line. */
export const probeLines = (probes: readonly TargetProbe[]): readonly string[] =>
  table(
    probes.map(({ way, at, outcome, latencyMs, detail }) => [
      ways[way],
      outcome,
      latencyMs === undefined ? '-' : `${latencyMs.toFixed(1)} ms`,
      at,
      detail,
    ]),
  );
