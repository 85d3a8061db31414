/** A refusal that a person lifts for one file. `file`: its path, or as much of its end as names one file alone. */
export interface Leave {
  readonly file: string;
  readonly reason: string;
}

/** Refusals that a person lifts. */
export interface Lifted {
  /** Migrations that may come after a higher version. */
  readonly outOfOrder?: readonly Leave[];
  /** Migrations that may have the version of another. */
  readonly duplicates?: readonly Leave[];
}

/** How a person wants a plan made, beyond what it is made from. */
export interface PlanShape extends Lifted {
  /** The version to stop at; undefined: all. */
  readonly to?: string | undefined;
  /** `all`: pending migrations share one transaction. */
  readonly transaction?: 'each' | 'all' | undefined;
}
