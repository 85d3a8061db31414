import { openTarget } from '../open-target.ts';
import type { Result } from '../result.ts';
import { type StoredView, type StoreOptions, storeValues } from '../store-values.ts';

/** Stores one variable of a target, encrypted where it is a secret. What is known to be one is refused as plain text. */
export async function setVariable(
  { name, value, isSecret }: { readonly name: string; readonly value: string; readonly isSecret: boolean },
  options: StoreOptions,
): Promise<Result<StoredView>> {
  const opened = await openTarget(options);
  if (opened.type === 'error') return opened;
  const as = isSecret ? 'secret' : 'plain';
  return storeValues(opened.value, { values: new Map([[name, value]]), from: undefined, as }, options);
}
