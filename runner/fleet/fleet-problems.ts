import type { TargetId } from '../../core/index.ts';
import { type ErrorView, exitCodes, type FindingView } from '../../protocol/index.ts';
import { type Result, refuse } from '../result.ts';

/** Collects what is wrong with the targets of a fleet, so that everything is told at once and nothing is run. */
export interface FleetProblems {
  add(target: TargetId, error: ErrorView): void;
  /** Undefined where nothing is wrong. What every target has is told once; of what some have, their names are told. */
  refusal(): Result<never> | undefined;
}

const mostNamed = 10;

export function createFleetProblems(total: number): FleetProblems {
  const found = new Map<string, { readonly finding: FindingView; readonly targets: TargetId[] }>();
  const errors: ErrorView[] = [];
  return {
    add(target, error) {
      errors.push(error);
      const told = error.problems?.filter(({ severity }) => severity === 'error') ?? [];
      const own: FindingView = { code: error.code, severity: 'error', message: error.message };
      for (const finding of told.length > 0 ? told : [own]) {
        const key = JSON.stringify(finding);
        const known = found.get(key);
        if (known) known.targets.push(target);
        else found.set(key, { finding, targets: [target] });
      }
    },
    refusal() {
      const [first] = errors;
      if (!first) return undefined;
      const problems = [...found.values()].map(({ finding, targets }) => withTargets(finding, targets, total));
      const isOne = errors.every(({ code }) => code === first.code);
      const count = `${errors.length} of ${total} targets cannot run`;
      const refused = refuse(
        isOne ? first.code : 'VALIDATION_FAILED',
        problems.length === 1 && problems[0] ? problems[0].message : `${count}; nothing was run.`,
        isOne ? first.exitCode : exitCodes.invalidInput,
      );
      return refused.type === 'error' ? { ...refused, error: { ...refused.error, problems } } : refused;
    },
  };
}

function withTargets(finding: FindingView, targets: readonly TargetId[], total: number): FindingView {
  if (targets.length === total && total > 1) return finding;
  return { ...finding, message: `${targetNames(targets)}: ${finding.message}` };
}

/** The first few names, and how many more there are. */
export function targetNames(targets: readonly TargetId[]): string {
  const more = targets.length - mostNamed;
  return `${targets.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
