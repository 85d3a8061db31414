import type { ConfigVariable } from '../model/deploy-group.ts';
import type { TargetId } from '../model/ids.ts';
import type { Variables } from '../ports/variables.ts';
import { type Reference, referenceIn } from './reference.ts';

type Values = ReadonlyMap<string, string>;

/** What a target's variables are, beside the process environment; an earlier layer wins. Spec: rulings, "Environment variables". */
export interface TargetLayers {
  readonly target: TargetId;
  /** Stored with `env set --secret`. */
  readonly secrets: Values;
  /** Stored with `env set`. */
  readonly stored: Values;
  /** From the file `.env.<target>`. */
  readonly envFile: Values;
  /** `targets.<id>.environment` of the deploy config: plain text, or one reference. */
  readonly configured: Values;
  /** `environment` of the deploy config. */
  readonly declared: ReadonlyMap<string, ConfigVariable>;
}

/** `process` also stands for a secret that the editor handed over, or that `SRDEPLOY_SECRET_<NAME>` holds. */
export type VariableSource = 'process' | 'secret' | 'target' | 'env-file' | 'config' | 'default';

export type LookedUp = { readonly isSecret: boolean } & (
  | { readonly type: 'found'; readonly value: string; readonly source: VariableSource }
  /** `lacks` is what has to be set: the name itself, or the one that the config refers to. */
  | { readonly type: 'missing'; readonly lacks: Reference }
);

/** The value of one variable or secret on a target. An empty value counts as missing. */
export function lookUpVariable(reference: Reference, layers: TargetLayers, variables: Variables): LookedUp {
  const { kind, name } = reference;
  if (kind === 'secret') return orMissing(secretValue(name, layers, variables), true, reference);
  const configured = layers.configured.get(name);
  const refersTo = referenceIn(configured);
  const isSecret =
    isSecretName(name, layers) ||
    refersTo?.kind === 'secret' ||
    (refersTo ? isSecretName(refersTo.name, layers) : false);
  const strong = strongValue(name, layers, variables);
  if (strong) return { type: 'found', ...strong, isSecret };
  if (refersTo) {
    const value = referredValue(refersTo, layers, variables);
    return orMissing(value === undefined ? undefined : { value, source: 'config' }, isSecret, refersTo);
  }
  const weak = firstOf([
    ['config', configured],
    ['default', layers.declared.get(name)?.default],
  ]);
  return orMissing(weak, isSecret, reference);
}

interface Valued {
  readonly value: string;
  readonly source: VariableSource;
}

const orMissing = (found: Valued | undefined, isSecret: boolean, lacks: Reference): LookedUp =>
  found ? { type: 'found', ...found, isSecret } : { type: 'missing', lacks, isSecret };

/** A name that is kept as a secret or declared to be one stays a secret, wherever its value comes from. */
const isSecretName = (name: string, { secrets, declared }: TargetLayers): boolean =>
  secrets.has(name) || declared.get(name)?.isSecret === true;

const secretValue = (name: string, { secrets }: TargetLayers, variables: Variables): Valued | undefined =>
  firstOf([
    ['process', variables.secret(name)],
    ['secret', secrets.get(name)],
  ]);

/** From what is stronger than the config. */
const strongValue = (name: string, { secrets, stored, envFile }: TargetLayers, variables: Variables) =>
  firstOf([
    ['process', variables.env(name)],
    ['secret', secrets.get(name)],
    ['target', stored.get(name)],
    ['env-file', envFile.get(name)],
  ]);

/** What the config refers to is not looked up in the config's own values again, so that a name may refer to itself. */
function referredValue({ kind, name }: Reference, layers: TargetLayers, variables: Variables): string | undefined {
  if (kind === 'secret') return secretValue(name, layers, variables)?.value;
  return strongValue(name, layers, variables)?.value ?? (layers.declared.get(name)?.default || undefined);
}

function firstOf(values: readonly (readonly [VariableSource, string | undefined])[]): Valued | undefined {
  const found = values.find(([, value]) => value !== undefined && value !== '');
  return found && { source: found[0], value: found[1] as string };
}
