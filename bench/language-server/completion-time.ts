import type { Position } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Figure } from '../figure.ts';
import { inTurn, p95, pickedBeside, type Round, timeOf } from './beside.ts';
import { type Contestant, ours } from './contestants.ts';
import { type DrivenServer, withServer } from './drive-server.ts';
import { judged } from './judged.ts';
import type { Workspace } from './make-workspace.ts';

/** What is blanked before a completion is asked for: a key, a word, and the path of a script. */
const WANTED = [
  { what: 'key', before: '"', token: 'timeout_sec', offers: 'timeout_sec' },
  { what: 'word', before: '"expect": "', token: 'non_empty', offers: 'non_empty' },
  { what: 'path', before: '"script": "', token: 'migrations/V', offers: 'migrations/V00002__change.sql' },
] as const;
const EACH = 30;
/** Of 1,000 paths so many are sent at once. */
const SHOWN = 100;

/**
 * T4: from an edit and a completion request behind it to the answer, 30 each of keys, words and script paths, of which the workspace has
 * 1,000. Every edit is a new version of the text, made when the one before was judged. The peer is asked the same at the same places, though it knows no paths.
 */
export async function completionTime(workspace: Workspace, peer: Contestant | undefined): Promise<readonly Figure[]> {
  return [
    ...(await completing(workspace, workspace.long, '5,000 lines', peer)),
    ...(await completing(workspace, workspace.plan(1), '50 steps', peer)),
  ];
}

async function completing(
  { folder }: Workspace,
  plan: Workspace['long'],
  size: string,
  peer: Contestant | undefined,
): Promise<readonly Figure[]> {
  return withServer(ours, folder, async (server) => {
    const mine = await askerOf(server, plan);
    const rounds = peer
      ? await withServer(peer, folder, async (other) => measure(mine, await askerOf(other, plan)))
      : await measure(mine, undefined);
    const figure = (name: string, of: readonly Round[]) =>
      pickedBeside({ name: `T4 completion p95, ${size}, ${name}`, unit: 'ms', rounds: of, peerName: peer?.name }, p95);
    return [
      figure('keys, words and paths (gate 20 ms)', rounds),
      figure(
        'paths alone',
        rounds.filter((_, index) => WANTED[index % WANTED.length]?.what === 'path'),
      ),
    ];
  });
}

type Ask = (round: number) => Promise<number>;

async function measure(mine: Ask, theirs: Ask | undefined): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let round = -6; round < EACH * WANTED.length; round++) {
    const measured = await inTurn(round, () => mine(round + 6), theirs && (() => theirs(round + 6)));
    if (round >= 0) rounds.push(measured);
  }
  return rounds;
}

async function askerOf(server: DrivenServer, { path, text }: Workspace['long']): Promise<Ask> {
  const document = TextDocument.create('', '', 1, text);
  const uri = await server.open(path, text);
  await indexed(server, uri, document);
  let version = 1;
  return async (round) => {
    const wanted = WANTED[round % WANTED.length];
    if (!wanted) throw new Error('There is no such place.');
    // A place further on each time, from the first third of the text on.
    const from = Math.floor(text.length * (0.3 + 0.6 * ((round % 97) / 97)));
    const { start, end } = placeOf(document, wanted, text.indexOf(wanted.before + wanted.token, from));
    version += 1;
    let labels: readonly string[] = [];
    const ms = await timeOf(async () => {
      await server.edit(uri, version, { start, end }, '');
      labels = (await server.complete(uri, start)).map(({ label }) => label);
    });
    if (server.contestant === ours && !labels.includes(wanted.offers))
      throw new Error(`${wanted.offers} is not offered.`);
    version += 1;
    await server.edit(uri, version, { start, end: start }, wanted.token);
    await judged(server, uri, version);
    return ms;
  };
}

const placeOf = (
  document: TextDocument,
  { before, token }: { readonly before: string; readonly token: string },
  at: number,
): { readonly start: Position; readonly end: Position } => ({
  start: document.positionAt(at + before.length),
  end: document.positionAt(at + before.length + token.length),
});

/** Waits until ours offers every script: the index is another figure. */
async function indexed(server: DrivenServer, uri: string, document: TextDocument): Promise<void> {
  if (server.contestant !== ours) return;
  const [, , path] = WANTED;
  const { end } = placeOf(document, path, document.getText().indexOf(path.before + path.token));
  while ((await server.complete(uri, end)).length < SHOWN);
}
