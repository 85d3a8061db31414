// Programs of the system that the tests need. Imports Node's own modules only.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';

/** Where Debian keeps the servers of each PostgreSQL version. */
const POSTGRESQL = '/usr/lib/postgresql';

const isOnPath = (program) => process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, program)));

/** Servers stand in a folder that is not on everybody's PATH. */
const isInstalled = (program) => isOnPath(program) || existsSync(join('/usr/sbin', program));

const needed = [
  {
    name: 'Chromium (/usr/bin/chromium)',
    debian: 'chromium',
    isThere: () => existsSync('/usr/bin/chromium'),
  },
  {
    name: `the PostgreSQL server programs (${POSTGRESQL}/*/bin/initdb)`,
    debian: 'postgresql',
    isThere: () =>
      existsSync(POSTGRESQL) &&
      readdirSync(POSTGRESQL).some((version) => existsSync(join(POSTGRESQL, version, 'bin/initdb'))),
  },
  {
    name: 'the MariaDB server (mariadbd, mariadb-install-db)',
    debian: 'mariadb-server-core',
    isThere: () => isInstalled('mariadbd') && isInstalled('mariadb-install-db'),
  },
  { name: "MariaDB's command line (mariadb)", debian: 'mariadb-client-core', isThere: () => isInstalled('mariadb') },
  { name: "MariaDB's mariadb-dump", debian: 'mariadb-client', isThere: () => isInstalled('mariadb-dump') },
  { name: 'the Firebird 3 server (firebird)', debian: 'firebird3.0-server', isThere: () => isInstalled('firebird') },
  {
    name: "Firebird's tools (gbak, gsec, isql-fb)",
    debian: 'firebird3.0-utils',
    isThere: () => ['gbak', 'gsec', 'isql-fb'].every(isInstalled),
  },
  { name: 'openssl', debian: 'openssl', isThere: () => isOnPath('openssl') },
];

/** Installs what is missing where this is Debian and we are root; returns one line for each thing that is still missing. */
export async function installSystemPackages() {
  const missing = needed.filter((one) => !one.isThere());
  if (missing.length > 0 && canInstall()) await install(missing.map((one) => one.debian));
  return needed
    .filter((one) => !one.isThere())
    .map((one) => `${one.name} is missing; on Debian: apt-get install ${one.debian}`);
}

const canInstall = () => existsSync('/etc/debian_version') && process.getuid?.() === 0;

async function install(names) {
  console.log(`apt-get install ${names.join(' ')}`);
  const options = { timeoutMs: 10 * 60_000, env: { DEBIAN_FRONTEND: 'noninteractive' }, output: 'capture' };
  const steps = [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...names],
  ];
  for (const step of steps) {
    const result = await run('apt-get', step, options);
    if (!result.ok) console.error(`apt-get ${step[0]}: ${result.reason}\n${result.output.slice(-2000)}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = await installSystemPackages();
  for (const line of missing) console.error(line);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
