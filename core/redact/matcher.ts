/**
 * An Aho–Corasick automaton over UTF-16 code units: finds all forms in one pass, in time linear in the text. States are numbers, 0 is the
 * root; edges stand in one open-addressed table, so that a long secret costs tens of bytes a character and not hundreds.
 */
export interface Matcher {
  /** The state after one more code unit. */
  step(state: number, unit: number): number;
  /** Length of the longest form that ends in a state; 0 for none. */
  readonly longest: Int32Array;
  /** Length of what a state has matched so far. */
  readonly depth: Int32Array;
  /** False where no form begins with these three code units. */
  mayBegin(first: number, second: number, third: number): boolean;
}

/** Forms have at least three code units. */
export function createMatcher(forms: readonly string[]): Matcher {
  const trie = createTrie(forms);
  const fail = new Int32Array(trie.size);
  const { longest, depth, find } = trie;
  const step = (from: number, unit: number): number => {
    for (let state = from; ; state = fail[state] ?? 0) {
      const next = find(state, unit);
      if (next !== 0 || state === 0) return next;
    }
  };
  for (const state of trie.byDepth()) {
    const parent = trie.parent[state] ?? 0;
    if (parent !== 0) fail[state] = step(fail[parent] ?? 0, trie.unit[state] ?? 0);
    longest[state] = Math.max(longest[state] ?? 0, longest[fail[state] ?? 0] ?? 0);
  }
  const beginnings = beginningsOf(forms);
  return { step, longest, depth, mayBegin: (a, b, c) => beginnings[beginning(a, b, c)] === 1 };
}

const beginning = (a: number, b: number, c: number): number => (a ^ (b * 0x1f1f) ^ (c * 0x3b9d)) & 0x3ffff;

function beginningsOf(forms: readonly string[]): Uint8Array {
  const found = new Uint8Array(0x40000);
  for (const form of forms) found[beginning(form.charCodeAt(0), form.charCodeAt(1), form.charCodeAt(2))] = 1;
  return found;
}

function createTrie(forms: readonly string[]) {
  const most = forms.reduce((sum, { length }) => sum + length, 1);
  const [parent, unit, depth, longest] = [
    new Int32Array(most),
    new Uint16Array(most),
    new Int32Array(most),
    new Int32Array(most),
  ];
  const bits = Math.max(4, Math.ceil(Math.log2(most * 2)));
  const mask = 2 ** bits - 1;
  const slots = new Int32Array(mask + 1);
  /** Where the edge from a state stands in the table, or the empty place where it would. */
  const slotOf = (state: number, code: number): number => {
    let slot = (Math.imul(state, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b)) >>> (32 - bits);
    for (;;) {
      const child = slots[slot] ?? 0;
      if (child === 0 || (parent[child] === state && unit[child] === code)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const find = (state: number, code: number): number => slots[slotOf(state, code)] ?? 0;
  let size = 1;
  for (const form of forms) {
    let state = 0;
    for (let i = 0; i < form.length; i++) {
      const code = form.charCodeAt(i);
      const slot = slotOf(state, code);
      if (slots[slot] === 0) {
        slots[slot] = size;
        parent[size] = state;
        unit[size] = code;
        depth[size] = i + 1;
        size += 1;
      }
      state = slots[slot] ?? 0;
    }
    longest[state] = form.length;
  }
  return { parent, unit, depth, longest, find, size, byDepth: () => statesByDepth(depth, size) };
}

/** All states but the root, those with the shorter match first; counted into their places, since a long secret has millions. */
function statesByDepth(depth: Int32Array, size: number): Int32Array {
  const deepest = depth.reduce((most, one) => Math.max(most, one), 0);
  const places = new Int32Array(deepest + 2);
  for (let state = 1; state < size; state++) {
    const after = (depth[state] ?? 0) + 1;
    places[after] = (places[after] ?? 0) + 1;
  }
  for (let i = 1; i < places.length; i++) places[i] = (places[i] ?? 0) + (places[i - 1] ?? 0);
  const states = new Int32Array(size - 1);
  for (let state = 1; state < size; state++) {
    const own = depth[state] ?? 0;
    const place = places[own] ?? 0;
    states[place] = state;
    places[own] = place + 1;
  }
  return states;
}
