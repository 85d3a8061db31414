import type { Problem } from '../model/problem.ts';
import { itemsOf, propertiesOf, propertyOf } from '../read/json-nodes.ts';
import { nearestWord } from '../read/nearest-word.ts';
import { problemAt, replaceFix } from '../read/problem-at.ts';
import { rangeOf, type Source } from '../read/source.ts';

/** Targets, groups and databases of a deploy config, and its state, whose `connection_ref` names no connection of it. */
export function unknownConnections(source: Source): readonly Problem[] {
  const names = membersOf(source, 'connections').map(({ key }) => String(key.value));
  const owners = [
    ...membersOf(source, 'targets').map(({ value }) => value),
    ...itemsOf(propertyOf(source.root, 'groups')?.value),
    ...membersOf(source, 'databases').map(({ value }) => value),
    propertyOf(source.root, 'state')?.value,
  ];
  return owners.flatMap((owner) => {
    const ref = propertyOf(owner, 'connection_ref')?.value;
    if (typeof ref?.value !== 'string' || names.includes(ref.value)) return [];
    const range = rangeOf(source, ref);
    const near = nearestWord(ref.value, names);
    const next =
      near === undefined
        ? names.length > 0
          ? `Known: ${names.join(', ')}.`
          : 'There are no connections yet; add one of that name.'
        : `Did you mean "${near}"?`;
    const fixes = near === undefined ? [] : [replaceFix(`Change to "${near}"`, range, JSON.stringify(near))];
    return [
      problemAt({ file: source.file, range }, 'UNKNOWN_CONNECTION', `There is no connection "${ref.value}". ${next}`, {
        fixes,
      }),
    ];
  });
}

const membersOf = (source: Source, section: string) => propertiesOf(propertyOf(source.root, section)?.value);
