import {
  CancellationTokenSource,
  CompletionRequest,
  LSPErrorCodes,
  type Position,
  ResponseError,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Figure, median } from '../figure.ts';
import { alone, inTurn, medianBeside, type Round } from './beside.ts';
import { type Contestant, ours } from './contestants.ts';
import { type DrivenServer, withServer } from './drive-server.ts';
import { judged } from './judged.ts';
import type { Workspace } from './make-workspace.ts';

const EDITS = 20;
const ROUNDS = 11;

/**
 * T9: twenty letters typed into 5,000 lines without a pause, each with a completion request behind it that cancels the one before: from
 * the first edit to the last answer, which for ours has the 1,000 scripts in it, and how many of the nineteen earlier requests were given up.
 */
export async function burst(workspace: Workspace, peer: Contestant | undefined): Promise<readonly Figure[]> {
  return withServer(ours, workspace.folder, async (server) => {
    const mine = await typistOf(server, workspace);
    const [rounds, theirs] = peer
      ? await withServer(peer, workspace.folder, async (other) => {
          const typist = await typistOf(other, workspace);
          return [await measure(mine.type, typist.type), typist] as const;
        })
      : ([await measure(mine.type, undefined), undefined] as const);
    const given = { ours: median(mine.givenUp), peer: theirs && median(theirs.givenUp) };
    return [
      medianBeside({
        name: 'T9 burst of 20 edits, last answer (gate 150 ms)',
        unit: 'ms',
        rounds,
        peerName: peer?.name,
      }),
      {
        ...alone('T9 earlier requests given up (gate 19)', 'of 19', given.ours),
        peer: given.peer,
        peerName: peer?.name,
      },
    ];
  });
}

async function measure(mine: () => Promise<number>, theirs: (() => Promise<number>) | undefined) {
  const rounds: Round[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const measured = await inTurn(round, mine, theirs);
    if (round >= 0) rounds.push(measured);
  }
  return rounds;
}

interface Typist {
  readonly type: () => Promise<number>;
  /** Of each burst, how many requests were answered with a cancellation. */
  readonly givenUp: readonly number[];
}

async function typistOf(server: DrivenServer, { long }: Workspace): Promise<Typist> {
  const before = '"script": "migrations/';
  const offset = long.text.indexOf(before, long.text.length / 2) + before.length;
  const at = TextDocument.create('', '', 1, long.text).positionAt(offset);
  const uri = await server.open(long.path, long.text);
  await server.complete(uri, at);
  const givenUp: number[] = [];
  let version = 1;
  const type = async () => {
    const begun = performance.now();
    const answers: Promise<'answered' | 'given up'>[] = [];
    let last: CancellationTokenSource | undefined;
    for (let letter = 0; letter < EDITS; letter++) {
      const [from, to] = [after(at, letter), after(at, letter + 1)];
      version += 1;
      const edited = server.edit(uri, version, { start: from, end: from }, 'V');
      last?.cancel();
      last = new CancellationTokenSource();
      answers.push(ask(server, uri, to, last));
      await edited;
    }
    await answers.at(-1);
    const ms = performance.now() - begun;
    givenUp.push((await Promise.all(answers)).filter((answer) => answer === 'given up').length);
    version += 1;
    await server.edit(uri, version, { start: at, end: after(at, EDITS) }, '');
    await judged(server, uri, version);
    return ms;
  };
  return { type, givenUp };
}

const after = ({ line, character }: Position, letters: number): Position => ({ line, character: character + letters });

async function ask(
  { connection }: DrivenServer,
  uri: string,
  position: Position,
  { token }: CancellationTokenSource,
): Promise<'answered' | 'given up'> {
  try {
    await connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position }, token);
    return 'answered';
  } catch (error) {
    if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) return 'given up';
    throw error;
  }
}
