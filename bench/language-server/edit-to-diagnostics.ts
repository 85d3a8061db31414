import { pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Figure } from '../figure.ts';
import { inTurn, medianBeside, type Round, timeOf } from './beside.ts';
import { type JsonServer, ours } from './contestants.ts';
import { type DrivenServer, withServer } from './drive-server.ts';
import { pull } from './judged.ts';
import type { Workspace } from './make-workspace.ts';

const ROUNDS = 30;

/**
 * T3: from an edit of one character in the middle of 5,000 lines to the diagnostics of the new text. The edit makes one mistake or mends
 * it, in turns. Ours are pushed; the JSON server is asked for its own, or pushes them, in a process for each.
 */
export async function editToDiagnostics(
  workspace: Workspace,
  peer: JsonServer | undefined,
): Promise<readonly Figure[]> {
  return withServer(ours, workspace.folder, async (server) => {
    const mine = await editorOf(server, workspace);
    if (!peer) return [await beside(mine, undefined, 'T3 edit to diagnostics, 5,000 lines (gate 1.0)', undefined)];
    return withServer(peer.pulled, workspace.folder, (pulled) =>
      withServer(peer.pushed, workspace.folder, async (pushed) => [
        await beside(mine, await editorOf(pulled, workspace), 'T3 edit to diagnostics, 5,000 lines (gate 1.0)', pulled),
        await beside(mine, await editorOf(pushed, workspace), 'T3 the same, its push (goal 0.2)', pushed),
      ]),
    );
  });
}

async function beside(
  mine: () => Promise<number>,
  theirs: (() => Promise<number>) | undefined,
  name: string,
  peer: DrivenServer | undefined,
): Promise<Figure> {
  const rounds: Round[] = [];
  for (let round = -5; round < ROUNDS; round++) {
    const measured = await inTurn(round, mine, theirs);
    if (round >= 0) rounds.push(measured);
  }
  return medianBeside({ name, unit: 'ms', rounds, peerName: peer?.contestant.name });
}

/** Opens the long plan; each call of what is returned is one edit and the time to its diagnostics. */
async function editorOf(server: DrivenServer, { long }: Workspace): Promise<() => Promise<number>> {
  const { uri, range } = await opened(server, long);
  let version = 1;
  return async () => {
    version += 1;
    const mistakes = version % 2 === 0 ? 1 : 0;
    const edit = () => server.edit(uri, version, range, mistakes === 1 ? 'x' : 'y');
    return timeOf(async () => {
      if (server.contestant.isPulled) {
        await edit();
        if ((await pull(server, uri)).length !== mistakes) throw new Error('The peer judged another text.');
      } else {
        const judged = server.nextDiagnostics(uri, (diagnostics) => diagnostics.length === mistakes);
        await edit();
        await judged;
      }
    });
  };
}

/** The long plan, open and judged, and the last letter of a word in its middle. */
async function opened(
  server: DrivenServer,
  { path, text }: Workspace['long'],
): Promise<{ readonly uri: string; readonly range: Range }> {
  const at = text.indexOf('non_empty', text.length / 2) + 'non_empt'.length;
  const document = TextDocument.create('', '', 1, text);
  const range = { start: document.positionAt(at), end: document.positionAt(at + 1) };
  const judged = server.nextDiagnostics(pathToFileURL(path).href, ({ length }) => length === 0);
  const uri = await server.open(path, text);
  await (server.contestant.isPulled ? pull(server, uri) : judged);
  return { uri, range };
}
