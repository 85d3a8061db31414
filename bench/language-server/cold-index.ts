import { pathToFileURL } from 'node:url';
import { WorkspaceSymbolRequest } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Figure, median } from '../figure.ts';
import { alone } from './beside.ts';
import { ours } from './contestants.ts';
import { begin, type DrivenServer, startServer } from './drive-server.ts';
import { PLANS, STEPS, stepsOf, type Workspace } from './make-workspace.ts';

const ROUNDS = 5;
/** So many proposals are sent at most. */
const SENT = 100;

interface Times {
  readonly clean: number;
  readonly scripts: number;
  readonly plans: number;
}

/**
 * T7: a new process in a workspace of 200 plans with 50 steps each and 1,000 scripts, from `initialized` on: until the diagnostics of a
 * plan that is opened at once know all its scripts; until completion offers as many scripts as it sends; until a question for symbols finds the
 * last step of the last plan, for which all plans are read. The gate is for the last of the three. The system has the files in its cache.
 */
export async function coldIndex(workspace: Workspace): Promise<readonly Figure[]> {
  const rounds: Times[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await indexed(workspace));
  const of = (pick: (times: Times) => number) => median(rounds.map(pick));
  return [
    alone(
      'T7 cold index, 200 plans and 1,000 scripts (gate 1500 ms)',
      'ms',
      of(({ clean, scripts, plans }) => Math.max(clean, scripts, plans)),
    ),
    alone(
      'T7 until an open plan has no missing script',
      'ms',
      of(({ clean }) => clean),
    ),
    alone(
      'T7 until completion offers a hundred scripts',
      'ms',
      of(({ scripts }) => scripts),
    ),
    alone(
      'T7 until the symbols of all plans are found',
      'ms',
      of(({ plans }) => plans),
    ),
  ];
}

async function indexed({ folder, plan }: Workspace): Promise<Times> {
  const server = await startServer(ours, folder);
  try {
    const { path, text } = plan(1);
    const before = performance.now();
    const passed = () => performance.now() - before;
    await begin(server);
    const good = server.nextDiagnostics(pathToFileURL(path).href, ({ length }) => length === 0).then(passed);
    const uri = await server.open(path, text);
    const [clean, scripts, plans] = await Promise.all([
      good,
      untilAllScripts(server, uri, text).then(passed),
      untilLastPlan(server).then(passed),
    ]);
    return { clean, scripts, plans };
  } finally {
    await server.stop();
  }
}

async function untilAllScripts(server: DrivenServer, uri: string, text: string): Promise<void> {
  const within = '"script": "migrations/';
  const at = TextDocument.create('', '', 1, text).positionAt(text.indexOf(within) + within.length);
  while ((await server.complete(uri, at)).length < SENT);
}

async function untilLastPlan({ connection }: DrivenServer): Promise<void> {
  const query = `${stepsOf(PLANS)}${STEPS}`;
  while (((await connection.sendRequest(WorkspaceSymbolRequest.type, { query })) ?? []).length === 0);
}
