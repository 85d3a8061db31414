import {
  type BrokenOff,
  brokenOffIn,
  type CommandOperation,
  isCommand,
  type LedgerStanding,
  ledgerRefusal,
  ledgerStanding,
  type MigrationStanding,
  type OperationId,
  type Plan,
  type Problem,
  type TargetId,
  unplacedProblem,
  type World,
} from '../core/index.ts';
import { isGone } from './local-knowledge.ts';
import type { Project } from './project.ts';

/** How the migrations of a plan stand that commands apply, by the project's own history, since their target keeps none. */
export interface CommandStandings {
  readonly standings: ReadonlyMap<OperationId, MigrationStanding>;
  /** Errors: what no run applies. Warnings: what a run wants to have settled first. */
  readonly problems: readonly Problem[];
  /** In which another run broke off, so that somebody must say how far they came. */
  readonly unsettled: ReadonlyMap<OperationId, BrokenOff>;
}

export async function commandStandings(
  plan: Plan,
  { project, world }: { readonly project: Project; readonly world: Pick<World, 'ledger'> },
): Promise<CommandStandings> {
  const commands = plan.operations.filter(isCommand).filter(({ applies }) => applies !== undefined);
  if (commands.length === 0) return { standings: new Map(), problems: [], unsettled: new Map() };
  const rows = await world.ledger.applied(plan.project, plan.target.id);
  const gone = isGone(project);
  const standing = new Map(commands.map((one) => [one, ledgerStanding(scriptOf(one), rows, plan, gone)] as const));
  const isPending = [...standing.values()].some(({ type }) => type === 'pending');
  const brokenOff = isPending ? await world.ledger.brokenOff(plan.project, plan.target.id) : [];
  const unsettled = new Map<OperationId, BrokenOff>();
  for (const [command, one] of standing) {
    const broken = brokenOffIn(command, one, brokenOff);
    if (broken) unsettled.set(command.id, broken);
  }
  return {
    standings: new Map([...standing].map(([{ id }, one]) => [id, standingOf(one, unsettled.get(id))])),
    problems: [...standing].flatMap(([command, one]) =>
      problemsOf(command, one, { target: plan.target.id, broken: unsettled.get(command.id) }),
    ),
    unsettled,
  };
}

const scriptOf = ({ applies }: CommandOperation): NonNullable<CommandOperation['applies']> => {
  if (!applies) throw new Error('The command applies no migration.');
  return applies;
};

function problemsOf(
  command: CommandOperation,
  standing: LedgerStanding,
  { target, broken }: { readonly target: TargetId; readonly broken: BrokenOff | undefined },
): Problem[] {
  const { path: file } = scriptOf(command);
  const refusal = ledgerRefusal(scriptOf(command), standing);
  if (refusal) return [{ ...unplacedProblem(refusal.code, refusal.message), file }];
  if (!broken) return [];
  return [{ ...unplacedProblem('COMMAND_UNSETTLED', unsettledMessage(command, broken, target), 'warning'), file }];
}

/** What nobody knows, and the ways to settle it. */
function unsettledMessage(command: CommandOperation, { run, operation }: BrokenOff, target: TargetId): string {
  const known = `Run ${run} broke off in the command that applies ${scriptOf(command).path}`;
  if (command.verify) return `${known}: "verify" tells whether its work is done before it is run again.`;
  return `${known}: nobody knows whether it is applied. Look, and say which it is, with the run that broke off: srdeploy resume ${run} --settle ${operation}=done|not-done --reason "…"; or with a new one, where the project was changed since: srdeploy run --target ${target} --settle ${command.id}=done|not-done --reason "…"`;
}

function standingOf(standing: LedgerStanding, broken: BrokenOff | undefined): MigrationStanding {
  switch (standing.type) {
    case 'pending':
      return { state: 'pending', note: broken && `run ${broken.run} broke off in it`, row: undefined };
    case 'applied':
    case 'changed':
      return { state: standing.type, note: `applied ${standing.row.at}`, row: undefined };
    case 'renamed':
      return { state: 'renamed', note: `applied as ${standing.from}`, row: undefined };
    case 'unclear':
      return {
        state: 'pending',
        note: `${standing.from} was applied and is gone; more than one file could be it`,
        row: undefined,
        isUnclear: true,
      };
  }
}
