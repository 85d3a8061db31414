import type { JsonPath } from '../../../core/index.ts';
import type { GoodDocument } from './good-document.ts';

/** One change of the text; offsets are into the good text. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** What of the new text the finding must be about, as offsets into it; undefined where the finding is elsewhere. */
  readonly place?: readonly [start: number, end: number];
}

/** What stays as it is, and the finding must be about. */
export const pointing = ({ text, node }: GoodDocument, path: JsonPath): Edit => {
  const { offset, length } = node(path);
  return { from: offset, to: offset + length, text: text.slice(offset, offset + length), place: [0, length] };
};

/** A way to make one kind of mistake in a good document. */
export interface Mutator {
  readonly code: string;
  /** Which of the good documents it is made in. */
  readonly base: 'plan' | 'graph' | 'config';
  /** True where exactly one fix is offered, after which nothing may be left. */
  readonly hasFix: boolean;
  /** Every place where it can be made: the edits for each. */
  ways(good: GoodDocument): readonly (readonly Edit[])[];
}

/** A good document with one mistake. */
export interface Mutant {
  readonly text: string;
  /** What the finding may be about, as offsets into the text: one of them. */
  readonly places: readonly (readonly [start: number, end: number])[];
}

export function mutantOf({ text }: GoodDocument, edits: readonly Edit[]): Mutant {
  let mutated = '';
  let at = 0;
  const places: (readonly [number, number])[] = [];
  for (const edit of [...edits].sort((a, b) => a.from - b.from)) {
    mutated += text.slice(at, edit.from);
    if (edit.place) places.push([mutated.length + edit.place[0], mutated.length + edit.place[1]]);
    mutated += edit.text;
    at = edit.to;
  }
  return { text: mutated + text.slice(at), places };
}

/** Up to so many of a list, spread over the whole of it. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.max(1, items.length / most);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** The value at a path written otherwise, which the finding is about. */
export const written = (good: GoodDocument, path: JsonPath, value: unknown): Edit => {
  const text = JSON.stringify(value);
  return { ...replaced(good, path, value), place: [0, text.length] };
};

/** As `written`, where the finding is about something else. */
export const replaced = (good: GoodDocument, path: JsonPath, value: unknown): Edit => {
  const { offset, length } = good.node(path);
  return { from: offset, to: offset + length, text: JSON.stringify(value) };
};

/** A member without the comma and the space before it; it must not be the first one. */
export function removed(good: GoodDocument, path: JsonPath): Edit {
  const { parent } = good.node(path);
  const before = parent?.parent?.children?.[(parent.parent.children.indexOf(parent) ?? 0) - 1];
  if (!parent || !before) throw new Error(`Nothing stands before ${path.join('/')}.`);
  return { from: before.offset + before.length, to: parent.offset + parent.length, text: '' };
}

/** A text in front of the member, or the item, whose value stands at a path. */
export function before(good: GoodDocument, path: JsonPath, text: string): Edit {
  const { parent, offset } = good.node(path);
  const from = parent?.type === 'property' ? parent.offset : offset;
  return { from, to: from, text };
}

/** The first two neighbouring letters behind an offset that differ, exchanged: a slip of the hand. */
export const slip = (word: string, from = 0): string =>
  word.slice(0, from) + word.slice(from).replace(/([a-z])(?!\1)([a-z])/, '$2$1');
