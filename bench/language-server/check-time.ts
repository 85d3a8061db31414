import { type Diagnostic as PeerDiagnostic, TextDocument } from 'vscode-json-languageservice';
import { type Facts, planProblems, readSource } from '../../core/index.ts';
import { toDiagnostic } from '../../server/convert.ts';
import { type Figure, median } from '../figure.ts';
import { planOf } from './plan-of.ts';
import { peerName, planService } from './plan-service.ts';

/**
 * A plan from its text to the diagnostics that an editor shows: ours with parsing, schema, every rule and the protocol's ranges, the
 * peer's with parsing and the same schema, in one process and in turns.
 */
export async function checkTime(): Promise<readonly Figure[]> {
  return [...(await compare('T1', 5_000, 60)), ...(await compare('T2', 20_000, 25))];
}

async function compare(target: string, lines: number, rounds: number): Promise<readonly Figure[]> {
  const text = planOf(lines);
  const peer = peerCheck();
  const pairs: { readonly ours: number; readonly peer: number }[] = [];
  for (let round = -10; round < rounds; round++) {
    // A changed text each time, as after an edit: nothing can be remembered.
    const edited = `${text}${' '.repeat((round + 10) % 7)}`;
    const oursFirst = round % 2 === 0;
    const first = await timed(() => (oursFirst ? ourCheck(edited) : peer(edited)));
    const second = await timed(() => (oursFirst ? peer(edited) : ourCheck(edited)));
    const [ours, theirs] = oursFirst ? [first, second] : [second, first];
    if (ours.found !== 0 || theirs.found !== 0) throw new Error('The plan of the benchmark is a good one.');
    if (round >= 0) pairs.push({ ours: ours.ms, peer: theirs.ms });
  }
  const label = `${target} ${lines.toLocaleString('en')} lines checked`;
  const ratio = median(pairs.map((pair) => pair.ours / pair.peer));
  const of = (pick: (values: readonly number[]) => number) => ({
    ours: pick(pairs.map((pair) => pair.ours)),
    peer: pick(pairs.map((pair) => pair.peer)),
  });
  const least = of((values) => Math.min(...values));
  return [
    { name: `${label}, median (gate 1.0)`, unit: 'ms', ...of(median), ratio, peerName },
    { name: `${label}, fastest`, unit: 'ms', ...least, ratio: least.ours / least.peer, peerName },
  ];
}

const facts: Facts = { scriptAt: () => 'present', scripts: () => [] };

function ourCheck(text: string): number {
  const problems = planProblems(readSource('deployments/long.srdeploy', text, 'json'), facts);
  return problems.flatMap((problem) =>
    problem.range ? [toDiagnostic({ ...problem, range: problem.range }, () => undefined)] : [],
  ).length;
}

function peerCheck(): (text: string) => Promise<number> {
  const service = planService();
  let version = 0;
  return async (text) => {
    const document = TextDocument.create('file:///long.srdeploy', 'json', ++version, text);
    const found: PeerDiagnostic[] = await service.doValidation(document, service.parseJSONDocument(document));
    return found.length;
  };
}

async function timed(check: () => number | Promise<number>): Promise<{ readonly ms: number; readonly found: number }> {
  const before = performance.now();
  const found = await check();
  return { ms: performance.now() - before, found };
}
