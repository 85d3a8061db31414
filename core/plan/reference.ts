/** A value that stands outside the project: `${env:NAME}` or `${secret:NAME}`. */
export interface Reference {
  readonly kind: 'env' | 'secret';
  readonly name: string;
}

const REFERENCE = /^\$\{(env|secret):([^}]+)\}$/;

/** The reference that a config value consists of; undefined for a literal. */
export function referenceIn(value: string | undefined): Reference | undefined {
  const match = REFERENCE.exec(value ?? '');
  return match ? { kind: match[1] as Reference['kind'], name: match[2] as string } : undefined;
}
