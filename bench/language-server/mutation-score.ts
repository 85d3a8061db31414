import { TextDocument } from 'vscode-json-languageservice';
import type { GoodDocument } from '../../test/support/mutants/good-document.ts';
import { type Mutant, mutantOf, spread } from '../../test/support/mutants/mutator.ts';
import { goodDocuments, mutators, scoreOf } from '../../test/support/mutants/score.ts';
import type { Figure } from '../figure.ts';
import { pickedBeside } from './beside.ts';
import { peerName, planService } from './plan-service.ts';

/** Steps or groups of the good documents, and mistakes of one kind that are made in them at most. */
const SIZE = 100;
const MOST = 50;

/**
 * Q6: a mistake of every kind that we know, at up to 50 places of a long good document, one at a time. How many are found, how many are told
 * at their place, how many once and nothing beside them, and of those that have a fix, how many are gone after it. The peer has our
 * schemas, and no fixes.
 */
export async function mutationScore(): Promise<readonly Figure[]> {
  const documents = goodDocuments(SIZE, 7);
  const [ours, peer] = [tally(), tally()];
  for (const mutator of mutators) {
    const { made, found, placed, alone, mended } = scoreOf(mutator, documents, MOST);
    add(ours, { made, found, placed, alone, fixable: mutator.hasFix ? made : 0, mended: mutator.hasFix ? mended : 0 });
    const good = documents[mutator.base];
    for (const edits of spread(mutator.ways(good), MOST)) add(peer, await peerTally(good, mutantOf(good, edits)));
  }
  const figure = (what: string, of: number, key: keyof Tally) =>
    pickedBeside(
      {
        name: `Q6 mistakes ${what} (gate 100)`,
        unit: `% of ${of}`,
        rounds: [{ ours: (100 * ours[key]) / of, peer: (100 * peer[key]) / of }],
        peerName,
      },
      ([only]) => only ?? 0,
    );
  return [
    figure('found', ours.made, 'found'),
    figure('told at their place', ours.made, 'placed'),
    figure('told once, and nothing beside them', ours.made, 'alone'),
    figure('gone after their fix', ours.fixable, 'mended'),
  ];
}

type Tally = Record<'made' | 'found' | 'placed' | 'alone' | 'fixable' | 'mended', number>;

const tally = (): Tally => ({ made: 0, found: 0, placed: 0, alone: 0, fixable: 0, mended: 0 });

function add(sum: Tally, more: Tally): void {
  for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += more[key];
}

const service = planService();

async function peerTally({ file }: GoodDocument, { text, places }: Mutant): Promise<Tally> {
  const isConfig = !file.endsWith('.srdeploy');
  const document = TextDocument.create(`file:///shop/${file}`, isConfig ? 'jsonc' : 'json', 1, text);
  const settings = isConfig ? ({ comments: 'ignore', trailingCommas: 'ignore' } as const) : undefined;
  const told = await service.doValidation(document, service.parseJSONDocument(document), settings);
  const isPlaced = told.some(({ range }) =>
    places.some(([start, end]) => start === document.offsetAt(range.start) && end === document.offsetAt(range.end)),
  );
  return {
    ...tally(),
    made: 1,
    found: Math.min(1, told.length),
    placed: Number(isPlaced),
    alone: Number(told.length === 1),
  };
}
