import type { StoredValues } from '../adapters/index.ts';
import {
  createRedactor,
  isVariableName,
  looksSecret,
  type Problem,
  shortestSecret,
  unplacedProblem,
  type World,
  whyNoValue,
} from '../core/index.ts';
import type { FindingView } from '../protocol/index.ts';
import { recordFirst, refusedUnrecorded } from './attempt-audit.ts';
import type { OpenedTarget, TargetOptions } from './open-target.ts';
import { findingView, ok, type Result, refuseProblems } from './result.ts';
import { refuseStore } from './store-refusal.ts';

export interface StoreOptions extends TargetOptions {
  readonly world: TargetOptions['world'] & Pick<World, 'audit'>;
  /** Who does it: `user@host`. */
  readonly by: string;
}

/** What was stored, by name only. */
export interface StoredView {
  readonly target: string;
  readonly variables: readonly string[];
  readonly secrets: readonly string[];
  /** Secrets whose value stood in clear text until now. */
  readonly encrypted: readonly string[];
  /** The file of a key that was made for the project. */
  readonly newKey: string | undefined;
  readonly warnings: readonly FindingView[];
}

export interface ValuesToStore {
  readonly values: ReadonlyMap<string, string>;
  /** Where they were imported from; undefined: nowhere. */
  readonly from: string | undefined;
  /** `secret`: all of them. `as-known`: those that the config or the store has as secrets. `plain`: none, and such ones are refused. */
  readonly as: 'secret' | 'as-known' | 'plain';
}

/** Stores values for a target, all or none; recorded before it is done. */
export async function storeValues(
  opened: OpenedTarget,
  toStore: ValuesToStore,
  options: StoreOptions,
): Promise<Result<StoredView>> {
  const problems = impossible(toStore);
  if (problems.length > 0) return refuseProblems(problems);
  return refusedUnrecorded(() => storeIn(opened, toStore, options));
}

function impossible({ values }: ValuesToStore): readonly Problem[] {
  return [...values].flatMap(([name, value]) => {
    const why = whyNoValue(value);
    if (!isVariableName(name)) return [unplacedProblem('BAD_VARIABLE_NAME', badName(name))];
    return why === undefined ? [] : [unplacedProblem('BAD_VALUE', `The value of ${name} ${why}.`)];
  });
}

export const badName = (name: string): string =>
  `"${name}" cannot name a variable: a name begins with a letter or _, followed by letters, digits or _.`;

async function storeIn(
  { config, store }: OpenedTarget,
  toStore: ValuesToStore,
  options: StoreOptions,
): Promise<Result<StoredView>> {
  const isDeclared = (name: string) => config?.environment.get(name)?.isSecret === true;
  const names = [...toStore.values.keys()];
  const needsKey = toStore.as === 'secret' || (toStore.as === 'as-known' && names.some(isDeclared));
  const changed = await store.change(async (before) => {
    const known = names.filter((name) => isDeclared(name) || before.secrets.has(name));
    if (toStore.as === 'plain' && known.length > 0)
      return { answer: refuseProblems(known.map((name) => mustBeSecret(name, options.target))) };
    const secret = new Set(toStore.as === 'secret' ? names : known);
    await record(toStore, secret, options);
    const after = withValues(before, toStore.values, secret);
    return { after, answer: ok(viewOf(before, toStore.values, secret, options.target)) };
  }, needsKey);
  if (changed.type !== 'changed') return refuseStore(changed);
  const { answer, newKey } = changed;
  return answer.type === 'ok' ? ok({ ...answer.value, newKey }) : answer;
}

const mustBeSecret = (name: string, target: string): Problem =>
  unplacedProblem(
    'SECRET_REQUIRED',
    `${name} is a secret and is not kept in clear text. Set it with: srdeploy env set ${name} --target ${target} --secret`,
  );

/** The names alone: no value is recorded. */
async function record(toStore: ValuesToStore, secret: ReadonlySet<string>, options: StoreOptions): Promise<void> {
  const { target, by, world } = options;
  const from = toStore.from === undefined ? {} : { from: toStore.from };
  const names = [...toStore.values.keys()];
  const entries = [true, false].flatMap((isSecret) => {
    const chosen = names.filter((name) => secret.has(name) === isSecret);
    if (chosen.length === 0) return [];
    return [{ action: 'env.set', by, target, details: { names: chosen, secret: isSecret, ...from } } as const];
  });
  await recordFirst(world.audit, entries, createRedactor([...toStore.values.values()]));
}

function withValues(
  before: StoredValues,
  values: ReadonlyMap<string, string>,
  secret: ReadonlySet<string>,
): StoredValues {
  const entries = [...values];
  return {
    variables: new Map([
      ...[...before.variables].filter(([name]) => !secret.has(name)),
      ...entries.filter(([name]) => !secret.has(name)),
    ]),
    secrets: new Map([...before.secrets, ...entries.filter(([name]) => secret.has(name))]),
  };
}

function viewOf(
  before: StoredValues,
  values: ReadonlyMap<string, string>,
  secret: ReadonlySet<string>,
  target: string,
): Omit<StoredView, 'newKey'> {
  const names = [...values.keys()];
  return {
    target,
    variables: names.filter((name) => !secret.has(name)),
    secrets: names.filter((name) => secret.has(name)),
    encrypted: names.filter((name) => secret.has(name) && before.variables.has(name)),
    warnings: [...values]
      .flatMap(([name, value]) => warningsOf(name, value, secret.has(name), target))
      .map(findingView),
  };
}

function warningsOf(name: string, value: string, isSecret: boolean, target: string): readonly Problem[] {
  if (isSecret && value.trim().length < shortestSecret) {
    const message = `The value of ${name} has fewer than ${shortestSecret} characters, so that it cannot be masked: it may be seen in logs. Use a longer one.`;
    return [unplacedProblem('SECRET_TOO_SHORT', message, 'warning')];
  }
  if (isSecret || !looksSecret(name, value)) return [];
  const message = `${name} looks like a secret and is kept in clear text. To encrypt it: srdeploy env set ${name} --target ${target} --secret`;
  return [unplacedProblem('SECRET_IN_CLEAR', message, 'warning')];
}
