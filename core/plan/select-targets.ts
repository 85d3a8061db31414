import { isTargetId, type TargetId } from '../model/ids.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';

/**
 * The targets that words name: ids, and patterns over the known ones in which `*` stands for any characters and `?` for one. In the order
 * of the words, each once; those of a pattern in the order of the config. Everything that is wrong is told at once.
 */
export function selectTargets(
  words: readonly string[],
  known: readonly string[],
): { readonly targets: readonly TargetId[]; readonly problems: readonly Problem[] } {
  const ids = new Set(known);
  const problems: Problem[] = [];
  const chosen = new Set<TargetId>();
  const unknown: string[] = [];
  for (const word of new Set(words)) {
    const isPattern = /[*?]/.test(word);
    const found = isPattern ? matching(word, known) : ids.has(word) ? [word] : [];
    if (found.length === 0 && isPattern)
      problems.push(unplacedProblem('NO_TARGET_MATCHES', `No target fits "${word}". ${knownTargets(known)}`));
    else if (found.length === 0) unknown.push(word);
    for (const id of found) if (isTargetId(id)) chosen.add(id);
  }
  const told = unknown.map((word) => unplacedProblem('UNKNOWN_TARGET', `There is no target "${word}".`));
  const [first, ...others] = told;
  const withKnown = first ? [{ ...first, message: `${first.message} ${knownTargets(known)}` }, ...others] : [];
  return { targets: [...chosen], problems: [...withKnown, ...problems] };
}

const mostNamed = 20;

function knownTargets(known: readonly string[]): string {
  if (known.length === 0) return 'The deploy config has no "targets" yet; add them.';
  const more = known.length > mostNamed ? ` and ${known.length - mostNamed} more` : '';
  return `Known targets: ${known.slice(0, mostNamed).join(', ')}${more}.`;
}

function matching(pattern: string, known: readonly string[]): readonly string[] {
  const words = [...pattern].map((one) =>
    one === '*' ? '.*' : one === '?' ? '.' : one.replace(/[^a-z0-9-]/gi, '\\$&'),
  );
  const expression = new RegExp(`^${words.join('')}$`);
  return known.filter((id) => expression.test(id));
}
