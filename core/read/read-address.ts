import { percentDecoded } from '../base/percent-decoded.ts';
import { type AddressConnection, defaultPorts, type ServerConnection, type SslMode } from '../model/connection.ts';

type ServerBackend = Exclude<AddressConnection['backend'], 'sqlite'>;

/** Where an address leads. */
export type Address =
  /** Relative to the project, or absolute. */
  | { readonly backend: 'sqlite'; readonly file: string }
  | (Omit<ServerConnection, 'ref' | 'backend' | 'protocol'> & { readonly backend: ServerBackend });

export type ReadAddress =
  | { readonly type: 'address'; readonly address: Address }
  /** `why` is a sentence and quotes nothing of the address but names of parameters. */
  | { readonly type: 'unreadable'; readonly why: string };

const BACKENDS: Readonly<Record<string, AddressConnection['backend']>> = {
  postgres: 'postgresql',
  postgresql: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mysql',
  firebird: 'firebird',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  file: 'sqlite',
};

/** Reads the address of a database, such as `postgresql://user:password@host:5432/name?sslmode=require` or `sqlite:data/app.db`. */
export function readAddress(text: string): ReadAddress {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(text.trim()) ?? [];
  const word = scheme.toLowerCase();
  const backend = Object.hasOwn(BACKENDS, word) ? BACKENDS[word] : undefined;
  if (backend === undefined)
    return unreadable('It must begin with postgresql://, mysql://, mariadb://, firebird:// or sqlite:.');
  return backend === 'sqlite' ? readFileAddress(rest) : readServerAddress(backend, text.trim());
}

/** Three slashes begin an absolute path, as in any address; two or none a path from the project on. */
function readFileAddress(rest: string): ReadAddress {
  const [path = '', query = ''] = rest.split('?');
  const file = percentDecoded(path.replace(/^\/\/(?=\/)/, '').replace(/^\/\/(?=[^/])/, ''));
  if (file === '' || file === '//') return unreadable('It names no file.');
  if (file.includes(':memory:') || query.includes('mode=memory'))
    return unreadable('A database in memory is gone when the connection ends. Name a file.');
  return { type: 'address', address: { backend: 'sqlite', file } };
}

const ENCODE = 'In a user name or password, write / as %2F, ? as %3F, # as %23 and @ as %40.';

function readServerAddress(backend: ServerBackend, text: string): ReadAddress {
  if (!URL.canParse(text)) return unreadable(`It cannot be taken apart. ${ENCODE}`);
  const url = new URL(text);
  if (url.hash !== '' || url.pathname.includes('@')) return unreadable(`It cannot be taken apart. ${ENCODE}`);
  const parameters = new Map(url.searchParams);
  const wrong = [...parameters].flatMap(([name, value]) => whyNotParameter(name, value, backend));
  if (wrong[0] !== undefined) return unreadable(wrong[0]);
  const given = (name: string, part: string) =>
    (backend === 'postgresql' ? parameters.get(name) : undefined) ?? percentDecoded(part);
  const host = given('host', url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const database = given('dbname', url.pathname.slice(1));
  if (host.includes(',')) return unreadable('It names several hosts. Name the one that is written to.');
  if (database === '') return unreadable('It names no database.');
  const port = Number(given('port', url.port) || defaultPorts[backend]);
  if (!Number.isInteger(port)) return unreadable('Its port is no number.');
  return {
    type: 'address',
    address: {
      backend,
      host: host || 'localhost',
      port,
      database,
      username: given('user', url.username) || undefined,
      password: given('password', url.password) || undefined,
      sslMode: sslModeIn(parameters) ?? 'prefer',
      sslRootCert: parameters.get('sslrootcert'),
    },
  };
}

/** Settings of clients that change nothing of where the address leads are passed over; all others must be understood. */
function whyNotParameter(name: string, value: string, backend: ServerBackend): readonly string[] {
  // What is no name of a parameter is the rest of a password.
  if (!/^[\w.-]+$/.test(name)) return [`It cannot be taken apart. ${ENCODE}`];
  if (SSL_NAMES.includes(name))
    return sslModes[value.toLowerCase()] ? [] : [`Its "${name}" has no value that is known.`];
  if (name === 'sslrootcert' && backend === 'postgresql') return [];
  const isElsewhere = ['options', 'service', 'search_path', 'role', 'hostaddr'].includes(name);
  const isOtherSchema = (name === 'schema' || name === 'currentSchema') && value !== 'public';
  if (!isElsewhere && !isOtherSchema && !name.toLowerCase().startsWith('ssl')) return [];
  return [`Its parameter "${name}" is not understood here. Remove it, or write the connection under "connections".`];
}

const SSL_NAMES = ['sslmode', 'ssl-mode', 'ssl'];

const sslModes: Readonly<Record<string, SslMode>> = {
  disable: 'disable',
  disabled: 'disable',
  false: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  preferred: 'prefer',
  require: 'require',
  required: 'require',
  true: 'require',
  'verify-ca': 'verify-ca',
  verify_ca: 'verify-ca',
  'verify-full': 'verify-full',
  verify_identity: 'verify-full',
};

const sslModeIn = (parameters: ReadonlyMap<string, string>): SslMode | undefined =>
  SSL_NAMES.map((name) => sslModes[parameters.get(name)?.toLowerCase() ?? '']).find((mode) => mode !== undefined);

const unreadable = (why: string): ReadAddress => ({ type: 'unreadable', why });

/** What nobody may see of an address: its password, as it is written and as it is meant; of one that cannot be read all of it. */
export function secretsInAddress(text: string): readonly string[] {
  const read = readAddress(text);
  if (read.type === 'unreadable') return [text];
  if (read.address.backend === 'sqlite' || read.address.password === undefined) return [];
  const { password } = new URL(text.trim());
  return [...new Set([read.address.password, password])].filter((one) => one !== '');
}
