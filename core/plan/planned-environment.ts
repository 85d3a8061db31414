import type { DeployConfig } from '../model/deploy-config.ts';
import type { TargetId } from '../model/ids.ts';
import type { PlannedVariable } from '../model/plan.ts';

/** What the config says of variables on a target: part of what the plan is. `only`: of these; absent: of all. */
export function plannedEnvironment(
  config: DeployConfig | undefined,
  target: TargetId | undefined,
  only?: readonly string[],
): Readonly<Record<string, PlannedVariable>> {
  const own = target === undefined ? undefined : config?.targets.get(target)?.value.environment;
  const known = [...new Set([...(config?.environment.keys() ?? []), ...Object.keys(own ?? {})])].sort();
  const names = only ? known.filter((name) => only.includes(name)) : known;
  return Object.fromEntries(
    names.map((name) => {
      const declared = config?.environment.get(name);
      const value = own?.[name] ?? declared?.default;
      return [name, { ...(value !== undefined && { value }), ...(declared?.isSecret && { isSecret: true as const }) }];
    }),
  );
}
