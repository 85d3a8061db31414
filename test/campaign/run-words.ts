import { type CaseWorld, planPath } from './case-world.ts';

/** The command that starts a run of the case. */
export function runWords({ scenario }: CaseWorld, { detached }: { readonly detached: boolean }): string[] {
  const words =
    scenario.kind === 'document' ? ['run', planPath] : ['migration', 'apply', 'migrations', '--target', 'dev'];
  if (scenario.transactionAll) words.push('--transaction', 'all');
  return [...words, '--auto-continue', '--json', ...(detached ? ['--detach'] : [])];
}
