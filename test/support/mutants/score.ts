import type { Problem } from '../../../core/index.ts';
import { fixedAll } from '../fix-all.ts';
import { languageProject } from '../language-project.ts';
import { configMutators } from './config-mutators.ts';
import { formMutators } from './form-mutators.ts';
import { type GoodDocument, goodConfig, goodGraph, goodPlan } from './good-document.ts';
import { type Mutant, type Mutator, mutantOf, spread } from './mutator.ts';
import { planMutators } from './plan-mutators.ts';

export const mutators: readonly Mutator[] = [...planMutators, ...configMutators, ...formMutators];

export type GoodDocuments = Readonly<Record<Mutator['base'], GoodDocument>>;

/** Good documents of so many steps, or groups, the same for the same seed. */
export const goodDocuments = (count: number, seed: number): GoodDocuments => ({
  plan: goodPlan(count, seed),
  graph: goodGraph(count, seed + 1),
  config: goodConfig(count, seed + 2),
});

/** Of the mistakes of one mutator, how many … */
export interface Score {
  readonly code: string;
  readonly made: number;
  /** … are found, */
  readonly found: number;
  /** … are told at their place, */
  readonly placed: number;
  /** … are told once, and nothing else is, */
  readonly alone: number;
  /** … have one fix that leaves nothing; of a rule without one, all that offer none. */
  readonly mended: number;
  /** The first mistake that lacks something; undefined where none does. */
  readonly first: string | undefined;
}

/** What a checker says of a document; places as offsets. */
export interface Told {
  readonly code: string;
  readonly start: number;
  readonly end: number;
}

/** Makes up to so many mistakes with a mutator, spread over its document, and judges what is said of each. */
export function scoreOf(mutator: Mutator, documents: GoodDocuments, most: number): Score {
  const good = documents[mutator.base];
  const judged = spread(mutator.ways(good), most).map((edits) => judge(mutator, good, mutantOf(good, edits)));
  const count = (holds: (one: Judged) => boolean) => judged.filter(holds).length;
  return {
    code: mutator.code,
    made: judged.length,
    found: count(({ found }) => found),
    placed: count(({ placed }) => placed),
    alone: count(({ alone }) => alone),
    mended: count(({ mended }) => mended),
    first: judged.find(({ found, placed, alone, mended }) => !(found && placed && alone && mended))?.shown,
  };
}

interface Judged {
  readonly found: boolean;
  readonly placed: boolean;
  readonly alone: boolean;
  readonly mended: boolean;
  readonly shown: string;
}

function judge({ code, hasFix }: Mutator, good: GoodDocument, { text, places }: Mutant): Judged {
  const problems = problemsOf(good, text);
  const own = problems.filter((one) => one.code === code);
  const told = toldOf(good, text, own);
  const [place] = places;
  const line = text.slice(0, place?.[0]).split('\n').length;
  return {
    found: own.length > 0,
    placed: told.some((one) => places.some(([start, end]) => start === one.start && end === one.end)),
    alone: problems.length === 1,
    mended: hasFix ? isMended(good, text) : own.every(({ fixes }) => fixes.length === 0),
    shown: `line ${line}, ${text.slice(...(place ?? [0, 0]))}: ${problems.map((one) => `${one.code} ${one.message} ${one.fixes.map(({ title }) => title)}`).join(' | ')}`,
  };
}

const projectOf = (good: GoodDocument, text: string) =>
  languageProject({
    ...Object.fromEntries(good.scripts.map((script) => [script, ''])),
    ...good.beside,
    [good.file]: text,
  });

export const problemsOf = (good: GoodDocument, text: string): readonly Problem[] =>
  projectOf(good, text).document(good.file).check();

/** The problems that have a place, with offsets into the text. */
function toldOf(good: GoodDocument, text: string, problems: readonly Problem[]): readonly Told[] {
  const { lines } = projectOf(good, text).document(good.file).source;
  return problems.flatMap(({ code, range }) =>
    range ? [{ code, start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) }] : [],
  );
}

function isMended(good: GoodDocument, text: string): boolean {
  const { around } = projectOf(good, text);
  const after = fixedAll(text, (now) => projectOf(good, now).document(good.file), around);
  return problemsOf(good, after).length === 0;
}
