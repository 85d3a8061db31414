import {
  type Plan,
  type Problem,
  planReferences,
  secretsInAddress,
  shortestSecret,
  unplacedProblem,
  type Variables,
} from '../core/index.ts';

/** Secrets that cannot be masked because they are too short, each by its reference; never the value. */
export function shortSecrets(
  plan: Pick<Plan, 'connection' | 'connections' | 'operations'>,
  variables: Variables,
): readonly Problem[] {
  const isShort = (value: string | undefined) =>
    value !== undefined && value !== '' && value.trim().length < shortestSecret;
  const { connection, connections = {} } = plan;
  const userNames = [connection, ...Object.values(connections)].flatMap((one) =>
    one && 'username' in one ? (one.username ?? []) : [],
  );
  const names = planReferences(plan)
    // User names from the environment are ordinary words, and are not masked at any length.
    .filter(({ kind, name }) => !(kind === 'env' && userNames.includes(`\${env:${name}}`)))
    .filter(({ kind, name }) => isShort(variables[kind](name)))
    .map(({ kind, name }) => `\${${kind}:${name}}`);
  const inAddresses = Object.values(connections).flatMap((one) => {
    if (!('variable' in one)) return [];
    return secretsInAddress(variables.env(one.variable) ?? '').some(isShort) ? [`password in ${one.variable}`] : [];
  });
  return [...new Set([...names.map((name) => `value of ${name}`), ...inAddresses])].map((what) => {
    const message = `The ${what} has fewer than ${shortestSecret} characters, so that it cannot be masked: it may be seen in logs. Use a longer one.`;
    return unplacedProblem('SECRET_TOO_SHORT', message, 'warning');
  });
}
