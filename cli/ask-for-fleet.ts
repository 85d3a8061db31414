import { createInterface } from 'node:readline/promises';
import type { Consent } from '../protocol/index.ts';
import { fleetPhrase, type PlannedFleet } from '../runner/index.ts';
import type { Person } from './ask-person.ts';
import type { Cli } from './context.ts';

/**
 * Asks a person for what a fleet still needs: several production targets are listed and confirmed together with a phrase that names how many
 * there are. Undefined where the person declines.
 */
export async function askForFleet(
  cli: Cli,
  person: Person,
  { production, missing }: PlannedFleet,
  consent: Consent,
): Promise<Consent | undefined> {
  const phrase = fleetPhrase(production.length);
  const isTarget = ({ type }: { readonly type: string }) => type === 'confirm-target';
  if (phrase === undefined || !missing.needs.some(isTarget)) return person.give(missing.needs, consent);
  cli.out.write(cli.paint('bad', `${production.length} of the targets are production targets:\n`));
  for (const target of production) cli.out.write(`  ${target}\n`);
  const typed = await question(cli, `Type ${phrase} to go on: `);
  if (typed.trim() !== phrase) return undefined;
  const confirmed = { ...consent, confirmations: [...consent.confirmations, phrase] };
  return person.give(
    missing.needs.filter((need) => !isTarget(need)),
    confirmed,
  );
}

async function question(cli: Cli, text: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: cli.out });
  try {
    return await lines.question(text);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    cli.out.write('\n');
    return ''; // Ctrl-C or the end of input at the question: nothing was given.
  } finally {
    lines.close();
  }
}
