import { nearestWord } from '../../core/index.ts';
import type { Proposal } from './proposal.ts';

/** More than anybody reads through; the rest comes when more is typed. */
const MOST = 100;

export interface BestMatches {
  readonly proposals: readonly Proposal[];
  /** More of them fit what is typed. */
  readonly isCut: boolean;
}

/**
 * Of many proposals, those that fit what is typed up to the caret: first those that begin with it, then those that have it, then those that
 * have its letters in this order, which is how editors filter. `word` is all of what is replaced.
 */
export function bestMatches(proposals: readonly Proposal[], typed: string, word: string): BestMatches {
  if (proposals.length <= MOST) return { proposals: withMeant(proposals, word), isCut: false };
  const fitting = fittingOf(proposals, typed);
  if (fitting.length === 0)
    return { proposals: meantFirst(withMeant(proposals, word), word).slice(0, MOST), isCut: true };
  return { proposals: fitting.slice(0, MOST), isCut: fitting.length > MOST };
}

function fittingOf(proposals: readonly Proposal[], typed: string): readonly Proposal[] {
  const letters = typed.toLowerCase();
  const groups: [Proposal[], Proposal[], Proposal[]] = [[], [], []];
  for (const proposal of proposals) {
    const filter = proposal.filter.toLowerCase();
    if (filter.startsWith(letters)) groups[0].push(proposal);
    else if (filter.includes(letters.replace('"', ''))) groups[1].push(proposal);
    else if (hasInOrder(filter, letters)) groups[2].push(proposal);
  }
  return groups.flat();
}

function hasInOrder(text: string, letters: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}

/** A word that is nearly one of the proposals stands for it: editors would filter away what its letters do not spell. */
function withMeant(proposals: readonly Proposal[], word: string): readonly Proposal[] {
  const bare = word.replaceAll('"', '');
  const near = nearestWord(
    bare,
    proposals.map(({ label }) => label),
  );
  if (near === undefined || near.startsWith(bare)) return proposals;
  return proposals.map((proposal) => (proposal.label === near ? { ...proposal, filter: word } : proposal));
}

const meantFirst = (proposals: readonly Proposal[], word: string): readonly Proposal[] =>
  proposals.toSorted((a, b) => Number(b.filter === word) - Number(a.filter === word));
