import { describeNeed, type Need, type TargetId } from '../../core/index.ts';
import type { Consent } from '../../protocol/index.ts';
import { targetNames } from './fleet-problems.ts';

/** What people have not given for the targets of a fleet, told together before any is started. */
export interface FleetNeeds {
  /** Each once: a confirmation of a migration holds for all targets, and an approval stands for the target that lacks most. */
  readonly needs: readonly Need[];
  /** Targets that lack approvals. */
  readonly unapproved: readonly TargetId[];
  readonly message: string;
}

/**
 * What may be typed in place of the ids of several production targets. It names how many there are, so that a list that has grown or
 * shrunk since is not confirmed. Undefined for fewer than two, where the id itself is typed. Spec: rulings, "Production".
 */
export const fleetPhrase = (production: number): string | undefined =>
  production < 2 ? undefined : `run on ${production} production targets`;

/** The consent for one target: whoever typed the phrase has typed each id. */
export const consentFor = (target: TargetId, consent: Consent, production: number): Consent => {
  const phrase = fleetPhrase(production);
  if (phrase === undefined || !consent.confirmations.includes(phrase)) return consent;
  return { ...consent, confirmations: [...consent.confirmations, target] };
};

/** Puts the needs of all targets together; `production`: how many of the fleet's targets are production. */
export function fleetNeeds(
  byTarget: readonly { readonly target: TargetId; readonly needs: readonly Need[] }[],
  production: number,
): FleetNeeds {
  const all = byTarget.flatMap(({ needs }) => needs);
  const targets = all.flatMap((need) => (need.type === 'confirm-target' ? [need.target] : []));
  const unapproved = byTarget.flatMap(({ target, needs }) => (needs.some(isApproval) ? [target] : []));
  const merged = [...approvalOf(all), ...all.filter(({ type }) => type === 'confirm-target'), ...othersOf(all)];
  return {
    needs: merged,
    unapproved,
    message: [
      ...(unapproved.length > 0 ? [`These targets lack approvals: ${targetNames(unapproved)}.`] : []),
      ...productionMessage(targets, production),
      ...merged.filter((need) => need.type !== 'confirm-target' || production < 2).map(describeNeed),
    ].join(' '),
  };
}

const isApproval = (need: Need) => need.type === 'approval';

function productionMessage(targets: readonly TargetId[], production: number): readonly string[] {
  const phrase = fleetPhrase(production);
  if (phrase === undefined || targets.length === 0) return [];
  return [
    `${production} of the targets are production targets and not confirmed: ${targetNames(targets)}. Add --confirm "${phrase}", or --confirm with the id of each.`,
  ];
}

/** The approval that lacks most; everybody's own one counts only where every target lets it. */
function approvalOf(needs: readonly Need[]): readonly Need[] {
  const approvals = needs.flatMap((need) => (need.type === 'approval' ? [need] : []));
  const [most] = approvals.toSorted((a, b) => b.needed - b.have - (a.needed - a.have));
  return most ? [{ ...most, selfApproval: approvals.every(({ selfApproval }) => selfApproval) }] : [];
}

/** Dangers of a migration are those of all targets that would run it; a mended script is one however many runs have it. */
function othersOf(needs: readonly Need[]): readonly Need[] {
  const dangers = new Map<string, Extract<Need, { type: 'confirm-danger' }>>();
  const amendments = new Map<string, Extract<Need, { type: 'confirm-amendment' }>['amendments'][number]>();
  for (const need of needs) {
    if (need.type === 'confirm-danger') dangers.set(need.text, joined(dangers.get(need.text), need));
    if (need.type === 'confirm-amendment')
      for (const one of need.amendments) amendments.set(`${one.script} ${one.after}`, one);
  }
  const mended = [...amendments.values()];
  return [
    ...dangers.values(),
    ...(mended.length > 0 ? [{ type: 'confirm-amendment' as const, amendments: mended }] : []),
  ];
}

function joined(
  before: Extract<Need, { type: 'confirm-danger' }> | undefined,
  need: Extract<Need, { type: 'confirm-danger' }>,
): Extract<Need, { type: 'confirm-danger' }> {
  const unique = (texts: readonly string[]) => [...new Set(texts)];
  if (!before) return need;
  return {
    ...need,
    codes: unique([...before.codes, ...need.codes]),
    messages: unique([...before.messages, ...need.messages]),
  };
}
