import type { TargetId } from '../model/ids.ts';
import { isError, type Problem, unplacedProblem } from '../model/problem.ts';
import { editJson, type JsonEdit } from '../read/edit-json.ts';
import { itemsOf, propertiesOf, propertyOf } from '../read/json-nodes.ts';
import { nearestWord } from '../read/nearest-word.ts';
import { problemAt } from '../read/problem-at.ts';
import { type JsonNode, rangeOf, readSource, type Source } from '../read/source.ts';
import { checkConfigSource } from '../rules/check-text.ts';
import { unknownTargetProblem } from './unknown-target.ts';

/** A member of a target as the deploy config writes it; the path begins below the target's id. */
export interface TargetSetting {
  readonly path: readonly string[];
  readonly value: string | number | boolean;
}

/** What is to become of a target of the deploy config. Spec: orchestration, "Deployment Target Management". */
export type TargetChange =
  | { readonly type: 'add'; readonly id: TargetId; readonly set: readonly TargetSetting[] }
  | {
      readonly type: 'update';
      readonly id: TargetId;
      readonly set: readonly TargetSetting[];
      readonly unset: readonly (readonly string[])[];
    }
  | { readonly type: 'remove'; readonly id: TargetId };

export type ChangedConfig =
  | { readonly type: 'changed'; readonly text: string }
  | { readonly type: 'unchanged' }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] };

/**
 * The text of a deploy config after a change, and nothing else of it changed; `text` is undefined where there is no config yet. A config that
 * is wrong before or would be afterwards is refused with all its problems. Targets are known by their id alone.
 */
export function changeTarget(file: string, text: string | undefined, change: TargetChange): ChangedConfig {
  const source = readSource(file, text ?? '{}\n', 'jsonc');
  const found = checkConfigSource(source).problems.filter(isError);
  if (found.length > 0) return { type: 'refused', problems: found };
  const problems = hindrances(source, change);
  if (problems.length > 0) return { type: 'refused', problems };
  const edited = editJson(text ?? source.text, editsOf(change));
  if (edited === text) return { type: 'unchanged' };
  const wrong = checkConfigSource(readSource(file, edited, 'jsonc')).problems.filter(isError);
  // Their places are those of a text that nobody has.
  if (wrong.length > 0)
    return { type: 'refused', problems: wrong.map((one) => ({ ...one, range: undefined, fixes: [] })) };
  return { type: 'changed', text: edited };
}

function hindrances(source: Source, change: TargetChange): readonly Problem[] {
  const targets = propertiesOf(propertyOf(source.root, 'targets')?.value);
  const ids = targets.map(({ key }) => String(key.value));
  const target = targets.find(({ key }) => key.value === change.id)?.value;
  if (change.type === 'add') return target ? [alreadyThere(change.id)] : [];
  if (!target) return [unknownTargetProblem(change.id, ids)];
  return change.type === 'remove' ? usesOf(source, change.id) : notThere(target, change);
}

const alreadyThere = (id: TargetId): Problem =>
  unplacedProblem('TARGET_EXISTS', `There is a target "${id}" already. Change it with: srdeploy target update ${id} …`);

/** Other parts of the config that name a target. */
function usesOf(source: Source, id: TargetId): readonly Problem[] {
  const notifications = itemsOf(propertyOf(source.root, 'notifications')?.value);
  return notifications.flatMap((notification, i) => {
    const named = itemsOf(propertyOf(notification, 'targets')?.value).find(({ value }) => value === id);
    if (!named) return [];
    const message = `The target "${id}" is named by entry ${i + 1} of "notifications". Take it out there first.`;
    return [problemAt({ file: source.file, range: rangeOf(source, named) }, 'TARGET_IN_USE', message)];
  });
}

function notThere(target: JsonNode, { id, unset }: Extract<TargetChange, { type: 'update' }>): readonly Problem[] {
  const keys = propertiesOf(target).flatMap(({ key, value }) => [
    String(key.value),
    ...propertiesOf(value).map((inner) => `${String(key.value)}.${String(inner.key.value)}`),
  ]);
  return unset.flatMap((path) => {
    const name = path.join('.');
    if (keys.includes(name)) return [];
    const near = nearestWord(name, keys);
    const there = keys.length === 0 ? 'It has none.' : `It has: ${keys.join(', ')}.`;
    const next = near === undefined ? there : `Did you mean "${near}"?`;
    return [unplacedProblem('NOTHING_TO_UNSET', `The target "${id}" has no "${name}" to unset. ${next}`)];
  });
}

function editsOf(change: TargetChange): readonly JsonEdit[] {
  const at = ['targets', change.id];
  if (change.type === 'remove') return [{ type: 'remove', path: at }];
  if (change.type === 'add') return [{ type: 'set', path: at, value: membersOf(change.set) }];
  return [
    ...change.unset.map((path): JsonEdit => ({ type: 'remove', path: [...at, ...path] })),
    ...change.set.map(({ path, value }): JsonEdit => ({ type: 'set', path: [...at, ...path], value })),
  ];
}

function membersOf(settings: readonly TargetSetting[]): object {
  const members: Record<string, unknown> = {};
  for (const { path, value } of settings) {
    const [key = '', inner] = path;
    members[key] = inner === undefined ? value : { ...(members[key] as object | undefined), [inner]: value };
  }
  return members;
}
