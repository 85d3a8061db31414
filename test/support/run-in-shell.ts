import { spawnSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandLine } from '../../core/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Shells that `/bin/sh` may be; each command is run by all of them. */
const shells = ['/bin/sh', 'bash'] as const;

/** A folder with the program `show`, which prints its arguments, each with a NUL behind it. */
export async function folderWithShow(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'show'), `#!/bin/sh\n${PRINT}\n`);
  await chmod(join(folder, 'show'), 0o755);
  return folder;
}

const PRINT = `printf '%s\\0' "$@"`;
const END = 'end-of-output';

/**
 * What commands print to standard output, for each shell one text for each command. One shell runs all of them, since a process for each
 * would take minutes on a busy machine. `apart`: each in a child of that shell, so that it may be one that no shell can read.
 */
export function outputsOf(
  commands: readonly CommandLine[],
  folder: string,
  { apart = false } = {},
): readonly (readonly string[])[] {
  const [open, close] = apart ? ['(', ')'] : ['{', '; set +eu; }'];
  const script = commands.map(
    (command) => `${open} ${prepared(command)}${close} </dev/null 2>/dev/null; printf ${END}\n`,
  );
  const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder };
  return shells.map((shell) => {
    const input = `show() { ${PRINT}; }\n${script.join('')}`;
    const { stdout, status } = spawnSync(shell, ['-s'], { cwd: folder, env, input, encoding: 'utf8' });
    const outputs = stdout.split(END);
    if (status !== 0 || outputs.length !== commands.length + 1) throw new Error(`${shell} went astray: ${stdout}`);
    return outputs.slice(0, -1);
  });
}

function prepared(command: CommandLine): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  if (command.type === 'argv') return command.argv.map(quoted).join(' ');
  return `set -- ${(command.positional ?? []).map(quoted).join(' ')}; eval ${quoted(command.text)}`;
}

/** As `show` prints them. */
export const printed = (args: readonly string[]): string => args.map((arg) => `${arg}\0`).join('');
