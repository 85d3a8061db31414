/** A controller that aborts with its parents: the first reason wins. `unlink` lets go of the parents. */
export function linkedAbort(...parents: readonly AbortSignal[]): { controller: AbortController; unlink: () => void } {
  const controller = new AbortController();
  const links = parents.map((parent) => {
    const follow = () => {
      if (!controller.signal.aborted) controller.abort(parent.reason);
    };
    if (parent.aborted) follow();
    else parent.addEventListener('abort', follow, { once: true });
    return () => parent.removeEventListener('abort', follow);
  });
  return {
    controller,
    unlink: () => {
      for (const unlink of links) unlink();
    },
  };
}
