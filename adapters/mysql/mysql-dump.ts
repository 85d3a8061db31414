import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Limits, SqlOutcome } from '../../core/index.ts';
import { type DumpProcess, runDump } from '../dump-process.ts';
import { refused } from '../sql-refusal.ts';
import { type DumpProgram, findDumpProgram } from './find-dump-program.ts';
import type { Way } from './opened-wire.ts';
import { optionFile } from './option-file.ts';
import type { Vendor } from './session-settings.ts';

export interface DumpRequest {
  /** Absolute. */
  readonly file: string;
  readonly vendor: Vendor;
  readonly limits: Limits;
}

/** Runs `mariadb-dump` or `mysqldump`: one consistent view of all InnoDB tables, with routines, triggers and events. */
export async function dumpDatabase(
  way: Way,
  { file, vendor, limits }: DumpRequest,
  signal: AbortSignal,
): Promise<SqlOutcome<void>> {
  const program = await findDumpProgram(vendor);
  if (!program) {
    return refused(
      'error',
      'Neither mariadb-dump nor mysqldump was found on PATH. One of them makes the backup of a MySQL or MariaDB database; install the client programs of the server.',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'srdeploy-dump-'));
  try {
    const options = optionFile(way.to, program.vendor, {
      encrypted: way.tls !== undefined,
      authority: await authorityFile(way, folder),
    });
    const dump = await dumpProcess(program, options, [...arguments_(program.vendor, file), way.to.database], folder);
    return await runDump(dump, limits, way.options, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The authorities that the session's own check uses, as the program knows no others by itself. */
async function authorityFile({ to, tls }: Way, folder: string): Promise<string | undefined> {
  if (to.sslRootCert !== undefined || !tls?.rejectUnauthorized) return to.sslRootCert;
  const file = join(folder, 'authorities.pem');
  await writeFile(file, rootCertificates.join('\n'), { mode: 0o600 });
  return file;
}

const arguments_ = (program: Vendor, file: string): readonly string[] => [
  ...['--single-transaction', '--quick', '--routines', '--triggers', '--events', '--hex-blob', '--no-tablespaces'],
  '--default-character-set=utf8mb4',
  // Statistics that MariaDB does not have, and settings that a restore elsewhere must not take over.
  ...(program === 'MySQL' ? ['--column-statistics=0', '--set-gtid-purged=OFF'] : []),
  `--result-file=${file}`,
  '--',
];

/**
 * The password stands in an option file that is a pipe: neither in an argument or variable, which others can read, nor on disk, where a
 * crash would leave it. Node's own pipes are sockets, which cannot be opened as files, hence the shell between.
 */
async function dumpProcess(
  program: DumpProgram,
  options: string,
  args: readonly string[],
  folder: string,
): Promise<DumpProcess> {
  const name = program.vendor === 'MariaDB' ? 'mariadb-dump' : 'mysqldump';
  // A login file of the user would win over the option file.
  const environment = { MYSQL_TEST_LOGIN_FILE: join(folder, 'none') };
  const common = { name, environment, withheld: /^(?:MYSQL_|MARIADB_)/ };
  if (process.platform === 'win32') {
    const file = join(folder, 'options.cnf');
    await writeFile(file, options, { mode: 0o600, flag: 'wx' });
    return { ...common, program: program.file, args: [`--defaults-file=${file}`, ...args] };
  }
  const script = 'cat | "$0" --defaults-file=/dev/stdin "$@"';
  return { ...common, program: '/bin/sh', args: ['-c', script, program.file, ...args], input: options };
}
