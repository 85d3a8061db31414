import type { OperationView, PlanDocumentView, RunView } from '../../protocol/index.ts';
import {
  durationText,
  lookOf,
  operationStatusLooks,
  operationTypeLooks,
  runStatusLooks,
} from '../../protocol/index.ts';
import { agoText } from './ago-text.ts';
import { capital, colours, escaped, type Row, treeIcon } from './row.ts';

/** A run: "PROD live: failed — 5 minutes ago · 2 attempts · Shop release 42". What matters stands where a narrow view still shows it. */
export function runRow(run: RunView, project: string, production: boolean, now: number): Row {
  const look = lookOf(runStatusLooks, run.status);
  const where = production ? `PROD ${run.target}` : run.target;
  const attempts = run.attempt > 1 ? `${run.attempt} attempts` : '';
  const ago = agoText(run.finishedAt ?? run.createdAt, now);
  const last = run.rolledBackBy?.at(-1);
  const back = last ? backWord(last.status) : '';
  const label = [`${where}: ${look.word}`, back].filter(Boolean).join(', ');
  return {
    id: `${project}#${run.id}`,
    label,
    description: [ago, attempts, run.plan.name].filter(Boolean).join(' · '),
    icon: treeIcon(look),
    colour: colours[look.tone],
    tooltip: runTooltip(run, look.word, where, now),
    context: ['srdeploy.run', ...wordsOf(run)].join(' '),
    spoken: [label, ago, attempts, run.plan.name].filter(Boolean).join(', '),
  };
}

/** How bad news stands before good news, and what is going on before what is over. */
const gravest: readonly RunView['status'][] = [
  'unknown',
  'failed',
  'rollback_partial',
  'interrupted',
  'waiting',
  'running',
  'cancelled',
  'rolled_back',
  'succeeded',
];

/**
 * The runs of one fleet, newest first: "Fleet of 20: 1 failed, 19 succeeded — 5 minutes ago · Shop release 42". `isWhole`: false where
 * older runs of it may not be among them.
 */
export function fleetRow(fleet: string, runs: readonly RunView[], project: string, isWhole: boolean, now: number): Row {
  const [newest] = runs;
  const counted = gravest.flatMap((status) => {
    const count = runs.filter((run) => run.status === status).length;
    return count === 0 ? [] : [{ status, text: `${count} ${lookOf(runStatusLooks, status).word}` }];
  });
  const look = lookOf(runStatusLooks, counted[0]?.status ?? 'succeeded');
  const size = isWhole ? `Fleet of ${runs.length}` : `Fleet, latest ${runs.length}`;
  const label = `${size}: ${counted.map(({ text }) => text).join(', ')}`;
  const ago = newest ? agoText(newest.finishedAt ?? newest.createdAt, now) : '';
  const name = newest?.plan.name ?? '';
  return {
    id: `${project}#${fleet}`,
    label,
    description: [ago, name].filter(Boolean).join(' · '),
    icon: treeIcon(look),
    colour: colours[look.tone],
    tooltip: [`**${escaped(name)}**`, capital(counted.map(({ text }) => text).join(', ')), `\`${fleet}\``].join('\n\n'),
    context: 'srdeploy.fleet',
    spoken: [label, ago, name].filter(Boolean).join(', '),
  };
}

/** "rolled back", "partly rolled back"; a rollback that ended otherwise says how. */
function backWord(status: RunView['status']): string {
  const { word } = lookOf(runStatusLooks, status);
  return status === 'rolled_back' || status === 'rollback_partial' ? word : `rollback ${word}`;
}

/** What can be done with a run; menus ask for these words. */
function wordsOf(run: RunView): readonly string[] {
  const isGoing = run.status === 'running' || run.status === 'waiting';
  return [
    isGoing && !run.cancelRequested && 'cancellable',
    run.resumeFrom !== undefined && 'resumable',
    run.canRollBack === true && 'reversible',
    isGoing && run.waiting?.reason === 'approval' && 'approvable',
    isGoing && run.operations.some(({ waiting }) => waiting?.reason === 'pause') && 'continuable',
  ].filter((word) => word !== false);
}

function runTooltip(run: RunView, word: string, where: string, now: number): string {
  const until = run.finishedAt ? Date.parse(run.finishedAt) : now;
  const last = run.attempts.at(-1)?.startedAt ?? run.createdAt;
  const lines = [
    `**${escaped(run.plan.name)}** → ${escaped(where)}`,
    `**${capital(word)}** after **${durationText(until - Date.parse(last))}**, started by ${escaped(run.by)} ${agoText(run.createdAt, now)} *(${new Date(run.createdAt).toLocaleString()})*`,
    run.error ? escaped(run.error.message) : '',
    run.attempt > 1 ? `${run.attempt} attempts of one run` : '',
    run.rollsBack ? `Takes back run \`${run.rollsBack}\`` : '',
    ...(run.rolledBackBy ?? []).map(
      ({ run: by, status }) => `${capital(lookOf(runStatusLooks, status).word)} by run \`${by}\``,
    ),
    `\`${run.id}\``,
  ];
  return lines.filter(Boolean).join('\n\n');
}

/** An operation of a run: "Create the orders — failed, 12 s, 2 tries". */
export function operationRow(operation: OperationView, runId: string, project: string): Row {
  const look = lookOf(operationStatusLooks, operation.status);
  const parts = [
    look.word,
    operation.durationMs === undefined ? '' : durationText(operation.durationMs),
    operation.attempts > 1 ? `${operation.attempts} tries` : '',
  ].filter(Boolean);
  const detail = operation.error?.message ?? operation.detail;
  return {
    id: `${project}#${runId}#${operation.id}`,
    label: nameOf(operation),
    description: parts.join(' · '),
    icon: treeIcon(look),
    colour: colours[look.tone],
    tooltip: [
      `**${escaped(operation.name)}**, ${operationTypeLooks[operation.type]?.word ?? operation.type}`,
      capital(parts.join(', ')),
      detail ? escaped(detail) : '',
    ]
      .filter(Boolean)
      .join('\n\n'),
    context: 'srdeploy.operation',
    spoken: [nameOf(operation), ...parts].join(', '),
  };
}

/** With the database that it is for, where that is not the target's own. */
const nameOf = ({ name, database }: OperationView): string =>
  database === undefined ? name : `${name} on ${database}`;

/** A plan document: its target, and how its last run on each target ended. */
export function planRow(plan: PlanDocumentView, project: string, where: string | undefined, now: number): Row {
  const last = plan.lastRuns[0];
  const look = last && lookOf(runStatusLooks, last.status);
  const target = plan.target ? `${plan.production ? 'PROD ' : ''}${plan.target}` : '';
  const runs = plan.lastRuns.map(({ target: to, status, at }) => {
    const { word } = lookOf(runStatusLooks, status);
    return to === plan.target ? `${word} ${agoText(at, now)}` : `${to}: ${word}`;
  });
  const parts = plan.problem === undefined ? [target, ...(runs.length > 0 ? runs : ['never run'])] : ['cannot be read'];
  const description = [...parts, where ?? ''].filter(Boolean).join(' · ');
  return {
    id: `${project}#${plan.file}`,
    label: plan.name,
    description,
    icon: plan.problem !== undefined ? 'warning' : look ? treeIcon(look) : 'circle-large-outline',
    colour: plan.problem !== undefined ? colours.attention : look ? colours[look.tone] : undefined,
    tooltip: [
      `**${escaped(plan.name)}**${target ? ` → ${escaped(target)}` : ''}`,
      plan.problem === undefined ? '' : escaped(plan.problem),
      ...plan.lastRuns.map(
        ({ target: to, status, at }) => `${escaped(to)}: ${lookOf(runStatusLooks, status).word} ${agoText(at, now)}`,
      ),
      `\`${plan.file}\``,
    ]
      .filter(Boolean)
      .join('\n\n'),
    context: plan.problem === undefined ? 'srdeploy.plan' : 'srdeploy.plan unreadable',
    spoken: [plan.name, ...parts].filter(Boolean).join(', '),
  };
}
