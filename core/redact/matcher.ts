interface Node {
  readonly next: Map<number, Node>;
  fail: Node;
  /** Length of the longest form that ends here; 0 for none. */
  longest: number;
  readonly depth: number;
}

/** An Aho–Corasick automaton over UTF-16 code units: finds all forms in one pass, in time linear in the text. */
export interface Matcher {
  readonly root: Node;
}

export function createMatcher(forms: readonly string[]): Matcher {
  const root = { next: new Map(), longest: 0, depth: 0 } as unknown as Node;
  root.fail = root;
  for (const form of forms) insert(root, form);
  linkFailures(root);
  return { root };
}

/** The state after one more code unit. */
export function step(matcher: Matcher, state: Node, unit: number): Node {
  let node = state;
  for (;;) {
    const next = node.next.get(unit);
    if (next) return next;
    if (node === matcher.root) return node;
    node = node.fail;
  }
}

function insert(root: Node, form: string): void {
  let node = root;
  for (let i = 0; i < form.length; i++) {
    const unit = form.charCodeAt(i);
    let next = node.next.get(unit);
    if (!next) {
      next = { next: new Map(), fail: root, longest: 0, depth: node.depth + 1 };
      node.next.set(unit, next);
    }
    node = next;
  }
  node.longest = form.length;
}

function linkFailures(root: Node): void {
  const queue: Node[] = [...root.next.values()];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head] as Node;
    for (const [unit, child] of node.next) {
      child.fail = step({ root }, node.fail, unit);
      child.longest = Math.max(child.longest, child.fail.longest);
      queue.push(child);
    }
  }
}

export type MatcherState = Node;
