import type { TargetId } from './ids.ts';

export type TargetKind = 'production' | 'staging' | 'development' | 'local';

/** An environment that is deployed to. Spec: vocabulary, "target". */
export interface Target {
  readonly id: TargetId;
  readonly name: string;
  readonly kind: TargetKind | undefined;
  /** Free words of the project, such as `database` or `edge_function`. */
  readonly type: string | undefined;
  readonly provider: string | undefined;
  readonly host: string | undefined;
  readonly region: string | undefined;
  /** Undefined for a target that is reached by commands only. */
  readonly connectionRef: string | undefined;
}

/**
 * True where the strict rules of production hold: `kind: production`, or no kind and an id or name that begins with `prod`.
 * Spec: rulings, "Production".
 */
export function isProduction(target: Pick<Target, 'id' | 'name' | 'kind'>): boolean {
  if (target.kind !== undefined) return target.kind === 'production';
  return [target.id, target.name].some((word) => word.toLowerCase().startsWith('prod'));
}
