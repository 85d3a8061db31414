import {
  type AuditEntryBody,
  isCommand,
  type OperationId,
  operationId,
  type Plan,
  type Settlement,
  type World,
} from '../core/index.ts';
import { type Consent, exitCodes } from '../protocol/index.ts';
import { type CommandStandings, commandStandings } from './command-standings.ts';
import type { Project } from './project.ts';
import { ok, type Result, refuse, refuseProblems } from './result.ts';

/** What a person says of steps that an attempt broke off in. */
export const settlementsOf = ({ settle = [] }: Consent): readonly Settlement[] =>
  settle.map((one) => ({ ...one, operation: operationId(one.operation) }));

/** Each word as it stands in the audit log of the attempt. */
export const auditOfSettlements = <Attempt extends object>(settlements: readonly Settlement[], attempt: Attempt) =>
  settlements.map(({ statement, ...one }) => ({
    ...attempt,
    action: 'step.settled' as const,
    ...one,
    details: { statement },
  })) satisfies readonly Partial<AuditEntryBody>[];

/**
 * A person's words for a new run, once the project's own history has nothing against it. Exit 7 for a migration that no command may apply, exit 10
 * for one in whose command another run broke off: unknown is never taken for pending.
 */
export async function settledCommands(
  plan: Plan,
  options: { readonly project: Project; readonly world: Pick<World, 'ledger'>; readonly consent: Consent },
): Promise<Result<readonly Settlement[]>> {
  const known = await commandStandings(plan, options);
  const errors = known.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return refuseProblems(errors);
  const words = settlementsOf(options.consent);
  const refusals = words.flatMap((word) => whyNotTaken(word, known) ?? []);
  if (refusals.length > 0) return refuse('SETTLE_REFUSED', refusals.join(' '), exitCodes.invalidInput);
  const open = openIn(plan, known, new Set(words.map(({ operation }) => operation)));
  return open.length === 0 ? ok(words) : refuse('COMMAND_UNSETTLED', open.join(' '), exitCodes.unknown);
}

function whyNotTaken({ operation, reason }: Settlement, { unsettled }: CommandStandings): string | undefined {
  if (!unsettled.has(operation)) {
    const known = unsettled.size > 0 ? ` Those that one did: ${[...unsettled.keys()].join(', ')}.` : '';
    return `No run broke off in a step "${operation}" of this plan: there is nothing to settle.${known}`;
  }
  return reason.trim() === '' ? `Settling "${operation}" needs a reason.` : undefined;
}

/** What is still to be said; a step with "verify" is asked when the run comes to it. */
function openIn(
  { operations }: Plan,
  { unsettled, problems }: CommandStandings,
  said: ReadonlySet<OperationId>,
): readonly string[] {
  const isOpen = new Set(
    operations.flatMap((one) =>
      isCommand(one) && unsettled.has(one.id) && !one.verify && !said.has(one.id) ? [one.applies?.path] : [],
    ),
  );
  return problems
    .filter(({ code, file }) => code === 'COMMAND_UNSETTLED' && isOpen.has(file))
    .map((one) => one.message);
}
