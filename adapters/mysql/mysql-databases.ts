import type { ConnectFailure, ConnectOptions, Databases } from '../../core/index.ts';
import { dialectOf } from '../../core/index.ts';
import { historyTable } from './history-table.ts';
import { createMainSession } from './main-session.ts';
import { type OpenedConnection, openConnection } from './open-connection.ts';
import { prepareWire, type Way } from './opened-wire.ts';
import { createSession } from './session.ts';
import type { Facts } from './session-parts.ts';
import { BEGIN_SESSION, READ_ONLY } from './session-settings.ts';
import { createSideSession } from './side-session.ts';
import type { Wire } from './wire.ts';

type Connected = Awaited<ReturnType<Databases['connect']>>;

/** MySQL and MariaDB servers as targets. */
export function createMysqlDatabases(): Databases {
  return {
    async connect(connection, options, signal) {
      if (connection.backend === 'sqlite' || dialectOf(connection) !== 'mysql')
        return { type: 'unsupported', message: `${connection.backend} is neither MySQL nor MariaDB.` };
      const opened = await openConnection(connection, options, signal);
      if (opened.type !== 'open') return opened;
      return prepare(opened, { to: connection, tls: opened.tls, options }, options, signal);
    },
  };
}

/** Learns what the session needs to know, and makes it read-only where it must be. */
async function prepare(
  opened: OpenedConnection,
  way: Way,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connected> {
  const side = createSideSession(way);
  const begin = options.mode === 'read-only' ? [BEGIN_SESSION, READ_ONLY] : [BEGIN_SESSION];
  const prepared = await prepareWire(opened, begin, side.kill, options.timeoutMs);
  if (prepared.type !== 'open') return prepared;
  const { wire } = prepared;
  const facts = await learn(wire, options, signal);
  if ('type' in facts) {
    await wire.end();
    return facts;
  }
  const main = createMainSession({ first: wire, way, vendor: facts.vendor, kill: side.kill });
  const history = historyTable(facts.database, wire.quote);
  return { type: 'connected', session: createSession({ main, side, history, facts, way }) };
}

async function learn(wire: Wire, options: ConnectOptions, signal: AbortSignal): Promise<Facts | ConnectFailure> {
  const asked = await wire.send(FACTS, { timeoutMs: options.timeoutMs, signal });
  if (asked.type === 'lost') return { type: 'unreachable', message: asked.message };
  if (asked.type === 'refused')
    return { type: asked.cause === 'error' ? 'refused' : 'unreachable', message: asked.error.message };
  const [version, database, names, maxPacket] = asked.value.rows[0] ?? [];
  if (typeof database !== 'string') return { type: 'refused', message: 'The connection names no database.' };
  const vendor = /mariadb/i.test(String(version)) ? 'MariaDB' : 'MySQL';
  return {
    vendor,
    version: `${vendor} ${String(version).replace(/-mariadb.*$/i, '')}`,
    // Where names are compared without case, one lock must not have two names.
    database: Number(names) === 0 ? database : database.toLowerCase(),
    maxPacket: Number(maxPacket),
  };
}

const FACTS = 'SELECT VERSION(), DATABASE(), @@lower_case_table_names, @@max_allowed_packet';
