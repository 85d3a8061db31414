import { createRedactor, isVariableName, nearestWord } from '../../core/index.ts';
import { exitCodes } from '../../protocol/index.ts';
import { recordFirst, refusedUnrecorded } from '../attempt-audit.ts';
import { type OpenedTarget, openTarget } from '../open-target.ts';
import { ok, type Result, refuse } from '../result.ts';
import { refuseStore } from '../store-refusal.ts';
import { badName, type StoreOptions } from '../store-values.ts';

export interface DeletedView {
  readonly target: string;
  readonly name: string;
  /** Whether a secret was deleted. */
  readonly isSecret: boolean;
}

/** Deletes a variable that `env set` has stored; recorded before it is done. */
export async function deleteVariable(name: string, options: StoreOptions): Promise<Result<DeletedView>> {
  if (!isVariableName(name)) return refuse('BAD_VARIABLE_NAME', badName(name), exitCodes.invalidInput);
  const opened = await openTarget(options);
  return opened.type === 'error' ? opened : refusedUnrecorded(() => deleteFrom(opened.value, name, options));
}

async function deleteFrom(
  { store }: OpenedTarget,
  name: string,
  { target, by, world }: StoreOptions,
): Promise<Result<DeletedView>> {
  const changed = await store.change(async ({ variables, secrets }) => {
    const isSecret = secrets.has(name);
    if (!isSecret && !variables.has(name))
      return { answer: notStored(name, target, [...variables.keys(), ...secrets.keys()]) };
    const entry = { action: 'env.deleted', by, target, details: { names: [name], secret: isSecret } } as const;
    await recordFirst(world.audit, [entry], createRedactor([]));
    return {
      after: { variables: without(variables, name), secrets: without(secrets, name) },
      answer: ok({ target, name, isSecret }),
    };
  }, false);
  return changed.type === 'changed' ? changed.answer : refuseStore(changed);
}

const without = (values: ReadonlyMap<string, string>, name: string): ReadonlyMap<string, string> =>
  new Map([...values].filter(([one]) => one !== name));

function notStored(name: string, target: string, stored: readonly string[]): Result<never> {
  const near = nearestWord(name, stored);
  const next =
    near === undefined ? `See what it has with: srdeploy env list --target ${target}` : `Did you mean ${near}?`;
  const message = `Nothing is stored as ${name} for "${target}". ${next}`;
  return refuse('NOT_STORED', message, exitCodes.invalidInput);
}
