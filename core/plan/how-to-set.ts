import { looksSecret } from '../redact/shown-value.ts';

/**
 * How a value that stands outside the project is given: stored for its target, in the editor, or for one shell. `target` undefined: any.
 * Spec: rulings, "Environment variables".
 */
export function howToSet(
  { kind, name }: { readonly kind: 'env' | 'secret'; readonly name: string },
  target: string | undefined,
  isSecret = kind === 'secret' || looksSecret(name, 'value'),
): string {
  const stored = `srdeploy env set ${name} --target ${target ?? 'TARGET'}${isSecret ? ' --secret' : ''}`;
  return kind === 'env'
    ? `Set it with: ${stored}, or for one shell: export ${name}=…`
    : `Set it with: ${stored}, in the editor with "Deployments: Set Secret", or for one shell: export SRDEPLOY_SECRET_${name}=…`;
}
