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

/** Resolves when the signal aborts; `dispose` takes the listener away again. */
export function whenAborted(signal: AbortSignal): { promise: Promise<void>; dispose: () => void } {
  let dispose = () => {};
  const promise = new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    const listener = () => resolve();
    signal.addEventListener('abort', listener, { once: true });
    dispose = () => signal.removeEventListener('abort', listener);
  });
  return { promise, dispose };
}
