import type { PlacedTarget, RunView, StatusLook, TargetProbe } from '../../protocol/index.ts';
import { lookOf, runStatusLooks } from '../../protocol/index.ts';
import type { PendingMigrations, TargetState } from '../target-states.ts';
import { agoText } from './ago-text.ts';
import { capital, colours, escaped, type Row, treeIcon } from './row.ts';

/** What a row of a target is made of. */
export interface TargetFacts {
  /** Absolute path. */
  readonly project: string;
  readonly target: PlacedTarget;
  readonly state: TargetState;
  readonly pending: PendingMigrations | undefined;
  /** The newest run on it. */
  readonly lastRun: RunView | undefined;
  /** The project's name, where the workspace has several. */
  readonly where: string | undefined;
}

const looks = {
  unknown: { word: 'not tested', icon: 'circle-large-outline', tone: 'calm' },
  testing: { word: 'testing', icon: 'loading', tone: 'busy' },
  reached: { word: 'reached', icon: 'pass', tone: 'good' },
  unreachable: { word: 'not reached', icon: 'error', tone: 'bad' },
  failed: { word: 'answers wrongly', icon: 'warning', tone: 'bad' },
  refused: { word: 'cannot be tested', icon: 'warning', tone: 'attention' },
  cancelled: { word: 'not tested', icon: 'circle-large-outline', tone: 'calm' },
} as const satisfies Readonly<Record<string, StatusLook>>;

/** A target: "PROD live: reached — PostgreSQL 15.6, 2.1 ms · 3 pending · last run failed 5 minutes ago". */
export function targetRow({ project, target, state, pending, lastRun, where }: TargetFacts, now: number): Row {
  const look = looks[verdictOf(state)];
  const label = `${target.production ? 'PROD ' : ''}${target.id}: ${look.word}`;
  const parts = [
    reasonOf(state),
    pending ? pendingText(pending.count) : '',
    lastRun ? `last run ${runText(lastRun, now)}` : 'never run',
    target.production ? '' : (target.settings.kind ?? ''),
    where ?? '',
  ].filter(Boolean);
  return {
    id: `${project}#${target.id}`,
    label,
    description: parts.join(' · '),
    icon: treeIcon(look),
    colour: colours[look.tone],
    tooltip: tooltipOf({ project, target, state, pending, lastRun, where }, now),
    context: 'srdeploy.target',
    spoken: [label, ...parts].join(', '),
  };
}

/** A deploy config whose targets cannot be read, so that nobody takes it for one without targets. */
export const brokenRow = (file: string, problem: string, project: string): Row => ({
  id: `${project}#${file}`,
  label: `${file}: cannot be read`,
  description: problem,
  icon: 'warning',
  colour: colours.attention,
  tooltip: escaped(problem),
  context: 'srdeploy.broken',
  spoken: `${file}: cannot be read, ${problem}`,
});

/** What of the ways to a target weighs most: one that is not there before one that answers wrongly. */
function verdictOf(state: TargetState): keyof typeof looks {
  if (state.type !== 'tested') return state.type;
  const outcomes = state.probes.map(({ outcome }) => outcome);
  return (['cancelled', 'unreachable', 'failed'] as const).find((one) => outcomes.includes(one)) ?? 'reached';
}

function reasonOf(state: TargetState): string {
  if (state.type === 'refused') return state.message;
  if (state.type !== 'tested') return '';
  const probe = state.probes.find(({ outcome }) => outcome !== 'reached') ?? state.probes[0];
  return probe ? probeText(probe) : '';
}

/** "PostgreSQL 15.6, 2.1 ms" of what was reached; why not of what was not. */
function probeText({ outcome, latencyMs, detail }: TargetProbe): string {
  if (outcome !== 'reached') return detail;
  // "sqlite SQLite 3.50; connected in 0.3 ms": most servers say themselves what they are.
  const what = (detail.split('; ')[0] ?? detail).replace(/^(\S+) (?=\1\b)/i, '');
  return latencyMs === undefined ? what : `${what}, ${latencyMs.toFixed(1)} ms`;
}

/** How a test came out, in one sentence for a message. */
export function testText(target: PlacedTarget, probes: readonly TargetProbe[]): string {
  const { word } = looks[verdictOf({ type: 'tested', at: '', probes })];
  const said = probes.map((probe) => `${ways[probe.way]} ${probe.at}: ${probeText(probe)}`).join('. ');
  return `${target.production ? 'PROD ' : ''}${target.id}: ${word}. ${said}.`;
}

const ways = { database: 'Database', web: 'Web address', command: 'Command' } as const;

const pendingText = (count: number): string => (count === 0 ? 'nothing pending' : `${count} pending`);

const runText = (run: RunView, now: number): string =>
  `${lookOf(runStatusLooks, run.status).word} ${agoText(run.finishedAt ?? run.createdAt, now)}`;

function tooltipOf({ target, state, pending, lastRun }: TargetFacts, now: number): string {
  const { id, name, production, settings, connection } = target;
  const kind = production ? 'production' : settings.kind;
  const lines = [
    `**${escaped(id)}**${name === id ? '' : ` ${escaped(name)}`}${kind ? `, ${kind}` : ''}`,
    connection ? `Connection ${escaped(connection.ref)}, ${connection.backend}` : 'No database of its own',
    ...stateLines(state, now),
    pending
      ? `${capital(pendingText(pending.count))} in \`${pending.file}\`, asked ${agoText(pending.at, now)}`
      : 'Pending migrations are not known: choose Migration Status',
    lastRun
      ? `Last run: **${escaped(lastRun.plan.name)}** ${runText(lastRun, now)} by ${escaped(lastRun.by)}`
      : 'Never run',
  ];
  return lines.join('\n\n');
}

function stateLines(state: TargetState, now: number): readonly string[] {
  switch (state.type) {
    case 'unknown':
      return ['Not tested: nothing is connected to until you choose Test Connection'];
    case 'testing':
      return ['Being tested'];
    case 'refused':
      return [`Could not be tested ${agoText(state.at, now)}: ${escaped(state.message)}`];
    case 'tested':
      return [
        ...state.probes.map(
          (probe) =>
            `${ways[probe.way]} ${escaped(probe.at)}: **${looks[probe.outcome].word}**, ${escaped(probeText(probe))}`,
        ),
        `Tested ${agoText(state.at, now)}`,
      ];
  }
}
