import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../context.ts';

/** `lsp`: the language server on standard input and output, for editors that have no extension of ours. */
export const addLsp = (program: Command, cli: Cli): void => {
  program
    .command('lsp')
    .description('the language server for other editors, on standard input and output; it reads and changes nothing')
    .option('--stdio', 'the only channel there is; editors may name it')
    .action(cli.ends(() => serve(cli)));
};

/** Never comes back: the server ends the process, with 0 after `shutdown` and `exit`, with 1 when the editor has gone without them. */
function serve({ dist }: Cli): Promise<number> {
  // The bundle takes its channel from the words of its process.
  if (!process.argv.includes('--stdio')) process.argv.push('--stdio');
  const file = join(dist, 'server.js');
  createRequire(file)(file);
  return new Promise(() => undefined);
}
