import { type CaseWorld, violated } from './case-world.ts';
import type { Ended } from './product.ts';

const allowedExits: ReadonlySet<number> = new Set([0, 4, 5, 6, 7, 8, 9, 10]);

/** What holds for every command: an exit code as ruled, no defect of ours, no trace of a stack, no secret. */
export function judge(world: CaseWorld, ended: Ended & { readonly killed: boolean }): void {
  const { words, code, stdout, stderr, hung, killed } = ended;
  const name = `srdeploy ${words.slice(0, 2).join(' ')}`;
  if (hung) violated(world, `${name} did not end within a minute`);
  else if (killed && code === null) {
    // It could not say anything any more.
  } else if (code === null) violated(world, `${name} was ended by ${ended.signal}, which nobody sent`);
  else if (!allowedExits.has(code)) violated(world, `${name} ended with exit ${code}: ${excerpt(stdout + stderr)}`);
  const output = `${stdout}\n${stderr}`;
  if (output.includes('INTERNAL_ERROR'))
    violated(world, `${name} says INTERNAL_ERROR: ${around(output, 'INTERNAL_ERROR')}`);
  const stack = /\n\s+at [^\n]+:\d+:\d+\)?/.exec(stderr);
  if (stack) violated(world, `${name} printed a stack: ${excerpt(stderr)}`);
  if (world.backend.secret !== '' && output.includes(world.backend.secret))
    violated(world, `${name} printed the password`);
}

const excerpt = (text: string): string => text.trim().slice(-1_200);

function around(text: string, word: string): string {
  const at = text.indexOf(word);
  return text.slice(Math.max(0, at - 100), at + 500);
}
