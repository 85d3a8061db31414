import {
  type Plan,
  type Problem,
  planReferences,
  shortestSecret,
  unplacedProblem,
  type Variables,
} from '../core/index.ts';

/** Secrets that cannot be masked because they are too short, each by its reference; never the value. */
export function shortSecrets(plan: Pick<Plan, 'connection' | 'operations'>, variables: Variables): readonly Problem[] {
  const { connection } = plan;
  const userName = !connection || connection.backend === 'sqlite' ? undefined : connection.username;
  const names = planReferences(plan)
    // User names from the environment are ordinary words, and are not masked at any length.
    .filter(({ kind, name }) => !(kind === 'env' && userName === `\${env:${name}}`))
    .filter(({ kind, name }) => {
      const value = variables[kind](name);
      return value !== undefined && value !== '' && value.trim().length < shortestSecret;
    })
    .map(({ kind, name }) => `\${${kind}:${name}}`);
  return [...new Set(names)].map((name) => {
    const message = `The value of ${name} has fewer than ${shortestSecret} characters, so that it cannot be masked: it may be seen in logs. Use a longer one.`;
    return unplacedProblem('SECRET_TOO_SHORT', message, 'warning');
  });
}
