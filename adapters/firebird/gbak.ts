import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { ConnectOptions, Limits, SqlOutcome } from '../../core/index.ts';
import { runDump } from '../dump-process.ts';
import { refused } from '../sql-refusal.ts';
import type { FirebirdConnection } from './open-attachment.ts';

export interface DumpRequest {
  /** Absolute; empty so far. */
  readonly file: string;
  readonly limits: Limits;
  readonly options: ConnectOptions;
}

/** Runs `gbak` over the network; the password goes to its standard input, and the file is made on this machine. */
export async function dumpDatabase(
  { host, port, database, username, password }: FirebirdConnection,
  { file, limits, options }: DumpRequest,
  signal: AbortSignal,
): Promise<SqlOutcome<void>> {
  const program = await findGbak();
  if (!program) {
    return refused(
      'error',
      'gbak was not found on PATH. It makes the backup of a Firebird database; install the Firebird client programs.',
    );
  }
  const server = host.includes(':') ? `[${host}]` : host;
  const args = [
    ...['-backup_database', '-user', username ?? '', '-fetch_password', 'stdin'],
    ...[`${server}/${port}:${database}`, file],
  ];
  return runDump(
    { name: 'gbak', program, args, input: `${password}\n`, environment: {}, withheld: /^ISC_/ },
    limits,
    options,
    signal,
  );
}

const SUFFIX = process.platform === 'win32' ? '.exe' : '';
/** Where the vendor's own packages put it. */
const FOLDERS = ['/opt/firebird/bin', '/usr/lib/firebird/bin', '/Library/Frameworks/Firebird.framework/Resources/bin'];

/** gbak on PATH, else where the vendor's packages put it. */
export async function findGbak(
  path: string = process.env.PATH ?? '',
  folders: readonly string[] = FOLDERS,
): Promise<string | undefined> {
  for (const folder of [...path.split(delimiter).filter(Boolean), ...folders]) {
    const file = join(folder, `gbak${SUFFIX}`);
    if (await isProgram(file)) return file;
  }
  return undefined;
}

const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
