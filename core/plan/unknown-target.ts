import { type Problem, unplacedProblem } from '../model/problem.ts';
import { nearestWord } from '../read/nearest-word.ts';

const mostNamed = 20;

/** A target that the deploy config does not have, with those that it has. It never stands for another one. Spec: rulings, "No config". */
export function unknownTargetProblem(id: string, known: readonly string[]): Problem {
  const near = nearestWord(id, known);
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  const more = known.length > mostNamed ? ` and ${known.length - mostNamed} more` : '';
  const there =
    known.length === 0
      ? `There are no targets yet; add it with: srdeploy target add ${id}`
      : `Known targets: ${known.slice(0, mostNamed).join(', ')}${more}.`;
  return unplacedProblem('UNKNOWN_TARGET', `There is no target "${id}".${meant} ${there}`);
}
