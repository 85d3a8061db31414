import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Vendor } from './session-settings.ts';

export interface DumpProgram {
  readonly file: string;
  /** Whose it is: their options differ. */
  readonly vendor: Vendor;
}

/** The vendor's own program where it is on PATH, else the other vendor's. */
export async function findDumpProgram(
  vendor: Vendor,
  path: string = process.env.PATH ?? '',
): Promise<DumpProgram | undefined> {
  const names = vendor === 'MariaDB' ? ['mariadb-dump', 'mysqldump'] : ['mysqldump', 'mariadb-dump'];
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const name of names) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      const file = join(folder, name + suffix);
      if (await isProgram(file)) return { file, vendor: await vendorOf(file) };
    }
  }
  return undefined;
}

/** `mysqldump` is the name of both vendors' programs. */
async function vendorOf(file: string): Promise<Vendor> {
  const { stdout } = await promisify(execFile)(file, ['--no-defaults', '--version'], { timeout: 10_000 });
  return /mariadb/i.test(stdout) ? 'MariaDB' : 'MySQL';
}

const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
