import {
  getLanguageService,
  type JSONSchema,
  type Diagnostic as PeerDiagnostic,
  TextDocument,
} from 'vscode-json-languageservice';
import { type Facts, planDocumentSchema, planProblems, readSource } from '../core/index.ts';
import { toDiagnostic } from '../server/convert.ts';
import { type BenchResult, type Figure, median } from './figure.ts';

const PEER = 'vscode-json-languageservice';

/**
 * A plan from its text to the diagnostics that an editor shows: ours with parsing, schema, every rule and the protocol's ranges, the
 * peer's with parsing and the same schema, in one process and in turns.
 */
export async function bench(): Promise<BenchResult> {
  const figures = [await compare(5_000, 60), await compare(20_000, 25)];
  return { name: 'language-server', figures: figures.flat() };
}

async function compare(lines: number, rounds: number): Promise<readonly Figure[]> {
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
  const label = `${lines.toLocaleString('en')} lines checked`;
  const ratio = median(pairs.map((pair) => pair.ours / pair.peer));
  const of = (pick: (values: readonly number[]) => number) => ({
    ours: pick(pairs.map((pair) => pair.ours)),
    peer: pick(pairs.map((pair) => pair.peer)),
  });
  const least = of((values) => Math.min(...values));
  return [
    { name: `${label}, median`, unit: 'ms', ...of(median), ratio, peerName: PEER },
    { name: `${label}, fastest`, unit: 'ms', ...least, ratio: least.ours / least.peer, peerName: PEER },
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
  const service = getLanguageService({});
  service.configure({
    validate: true,
    schemas: [
      {
        uri: 'bench://plan.schema.json',
        fileMatch: ['*.srdeploy'],
        schema: planDocumentSchema as unknown as JSONSchema,
      },
    ],
  });
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

/** A good plan of about so many lines. */
function planOf(lines: number): string {
  const steps = Array.from({ length: Math.round((lines - 25) / 10) }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return index % 2 === 0
      ? {
          id: `step_${index + 1}`,
          name: `Apply migration V${number}`,
          type: 'migration',
          script: `migrations/V${number}__change.sql`,
          rollback: `migrations/R${number}__change.sql`,
          timeout_sec: 600,
          retry: { max: 1, backoff_sec: 10 },
        }
      : {
          id: `step_${index + 1}`,
          name: `Look at ${number}`,
          type: 'sql_check',
          sql: `SELECT 1 FROM orders WHERE id = ${index}`,
          expect: 'non_empty',
          timeout_sec: 60,
          retry: { max: 0 },
        };
  });
  const plan = {
    version: '1.0',
    plan_id: '7d4f3c1e-2b5a-4c8d-9e6f-0a1b2c3d4e5f',
    name: 'A long plan',
    target_env: { id: 'staging', name: 'Staging', backend: 'postgresql', connection_ref: 'conn_staging' },
    created_at: '2026-02-05T12:00:00Z',
    created_by: 'alice',
    approval_required: false,
    pre_checks: [{ id: 'check_connection', type: 'connection' }],
    steps,
    post_checks: [{ id: 'check_migrations', type: 'migration_history' }],
  };
  return JSON.stringify(plan, undefined, 2);
}
