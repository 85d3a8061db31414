export type Walk<Item> =
  | { readonly type: 'ordered'; readonly items: readonly Item[] }
  /** Each waits for the one behind it in the list, the last one for the first. */
  | { readonly type: 'cycle'; readonly path: readonly Item[] };

/** Items in their own order, with what one waits for moved to just before it. It is asked of each once. */
export function walkInOrder<Item>(items: readonly Item[], waitsFor: (item: Item) => readonly Item[]): Walk<Item> {
  const ordered: Item[] = [];
  const state = new Map<Item, 'open' | 'done'>();
  // Kept by hand, so that a chain of any length does not exhaust the stack of calls.
  const open: { readonly item: Item; readonly waits: readonly Item[]; next: number }[] = [];
  const begin = (item: Item) => {
    state.set(item, 'open');
    open.push({ item, waits: waitsFor(item), next: 0 });
  };
  for (const first of items) {
    if (!state.has(first)) begin(first);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const wanted = top.waits[top.next++];
      if (wanted === undefined) {
        ordered.push(top.item);
        state.set(top.item, 'done');
        open.pop();
      } else if (state.get(wanted) === 'open') {
        const from = open.findIndex(({ item }) => item === wanted);
        return { type: 'cycle', path: open.slice(from).map(({ item }) => item) };
      } else if (!state.has(wanted)) begin(wanted);
    }
  }
  return { type: 'ordered', items: ordered };
}
