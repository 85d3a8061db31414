import type { WantedVariables } from '../../model/operation.ts';
import type { Variables } from '../../ports/variables.ts';

/**
 * The values of the variables that an operation is given, as far as there are any: that required ones are there was seen to before the run, unless a
 * person left that out. Spec: rulings, "Environment variables".
 */
export function wantedVariables(
  wants: WantedVariables | undefined,
  variables: Variables,
): Readonly<Record<string, string>> {
  const names = [...(wants?.required ?? []), ...(wants?.optional ?? [])];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = variables.env(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
