import type { Variables } from '../core/index.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** Where the command line finds the value of `${secret:NAME}`. */
export const secretVariable = (name: string): string => `SRDEPLOY_SECRET_${name}`;

/** The process environment and the secrets that were handed over; a secret that was not is looked up as `SRDEPLOY_SECRET_<NAME>`. */
export const createVariables = (env: Values, secrets: Values): Variables => ({
  env: (name) => valueIn(env, name),
  secret: (name) => valueIn(secrets, name) ?? valueIn(env, secretVariable(name)),
});

/** An empty value counts as missing; names of an object's own methods are no values. */
const valueIn = (values: Values, name: string): string | undefined =>
  (Object.hasOwn(values, name) ? values[name] : undefined) || undefined;
