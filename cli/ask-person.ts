import { createInterface, type Interface } from 'node:readline/promises';
import type { Need } from '../core/index.ts';
import type { Consent } from '../protocol/index.ts';
import type { Cli } from './context.ts';
import { safeLine, safeText } from './text/safe-text.ts';

/** A person at a terminal, who can be asked. */
export interface Person {
  /** Asks for each need in turn; undefined where the person declines. */
  give(needs: readonly Need[], consent: Consent): Promise<Consent | undefined>;
  /** Calls back when the person presses Enter, once. */
  onEnter(then: () => void): { end(): void };
}

/** Somebody to ask, only where both ends of the conversation are a terminal. */
export function personAt(cli: Cli): Person | undefined {
  if (!process.stdin.isTTY || !cli.out.isTTY) return undefined;
  return {
    async give(needs, consent) {
      const lines = open(cli);
      try {
        let given: Consent | undefined = consent;
        for (const need of needs) given = given && (await ask(cli, lines, need, given));
        return given;
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
        cli.out.write('\n');
        return undefined; // Ctrl-C or the end of input at a question: nothing was given.
      } finally {
        lines.close();
      }
    },
    onEnter(then) {
      // Not as a terminal: the live line stays ours, and Ctrl-C stays a signal.
      const lines = createInterface({ input: process.stdin, terminal: false });
      lines.once('line', () => {
        lines.close();
        then();
      });
      return { end: () => lines.close() };
    },
  };
}

const open = (cli: Cli): Interface => createInterface({ input: process.stdin, output: cli.out });

async function ask(cli: Cli, lines: Interface, need: Need, consent: Consent): Promise<Consent | undefined> {
  switch (need.type) {
    case 'confirm-target': {
      cli.out.write(cli.paint('bad', `"${need.target}" is a production target.\n`));
      const typed = await lines.question(`Type ${need.text} to go on: `);
      return typed.trim() === need.text
        ? { ...consent, confirmations: [...consent.confirmations, need.text] }
        : undefined;
    }
    case 'confirm-danger': {
      const told = need.messages.map((message) => `  ${safeText(message)}\n`).join('');
      cli.out.write(cli.paint('bad', `${safeText(need.file)} can do harm (${need.codes.join(', ')}):\n`) + told);
      const typed = await lines.question(`Type ${need.text} to go on: `);
      return typed.trim() === need.text
        ? { ...consent, confirmations: [...consent.confirmations, need.text] }
        : undefined;
    }
    case 'confirm-amendment': {
      const scripts = need.amendments.map(({ script }) => `  ${script}\n`).join('');
      cli.out.write(`These scripts differ from the plan of the run:\n${scripts}`);
      const answer = await lines.question('Resume with them as they are now? [y/N] ');
      return /^y(es)?$/i.test(answer.trim())
        ? { ...consent, yes: true, seen: need.amendments.map(({ after }) => after) }
        : undefined;
    }
    case 'confirm-history': {
      const files = need.files.map((file) => `  ${safeLine(file)}\n`).join('');
      cli.out.write(`What "${need.target}" has recorded will be changed; nothing of these files is run:\n${files}`);
      const answer = await lines.question('Change the history? [y/N] ');
      return /^y(es)?$/i.test(answer.trim()) ? { ...consent, yes: true } : undefined;
    }
    case 'confirm-rollback': {
      const files = need.files.map((file) => `  ${safeLine(file)}\n`).join('');
      cli.out.write(`What run ${need.of} applied to "${need.target}" will be taken back:\n${files}`);
      const answer = await lines.question('Roll it back? [y/N] ');
      return /^y(es)?$/i.test(answer.trim()) ? { ...consent, yes: true } : undefined;
    }
    case 'confirm-skip-irreversible':
      return askIrreversible(cli, lines, need, consent);
    case 'approval': {
      if (!need.selfApproval || need.needed - need.have > 1) return undefined;
      cli.out.write(`The plan needs ${need.needed} approval${need.needed === 1 ? '' : 's'} and has ${need.have}.\n`);
      const answer = await lines.question('Approve it yourself? [y/N] ');
      if (!/^y(es)?$/i.test(answer.trim())) return undefined;
      return { ...consent, approve: await lines.question('Comment: ') };
    }
  }
}

/** Each step is named by typing its id, so that nobody waves a heap of them through. */
async function askIrreversible(
  cli: Cli,
  lines: Interface,
  { operations }: Extract<Need, { type: 'confirm-skip-irreversible' }>,
  consent: Consent,
): Promise<Consent | undefined> {
  const given: string[] = [];
  for (const { operation, name, message } of operations) {
    cli.out.write(`${cli.paint('attention', 'Skip irreversible step')} "${safeLine(name)}": ${safeText(message)}\n`);
    const typed = await lines.question(`Type ${operation} to leave it as it is: `);
    if (typed.trim() !== operation) return undefined;
    given.push(operation);
  }
  return { ...consent, skipIrreversible: [...(consent.skipIrreversible ?? []), ...given] };
}
