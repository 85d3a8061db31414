/** Signals that abort with a parent, however many there are: the parent has one listener for all. */
export interface AbortBranches {
  readonly branch: () => AbortController;
  /** Lets go of one that is not needed any more. */
  readonly drop: (branch: AbortController) => void;
  /** Lets go of the parent. */
  readonly unlink: () => void;
}

export function branchAbort(parent: AbortSignal): AbortBranches {
  const branches = new Set<AbortController>();
  const follow = () => {
    for (const branch of branches) branch.abort(parent.reason);
  };
  parent.addEventListener('abort', follow, { once: true });
  return {
    branch: () => {
      const branch = new AbortController();
      if (parent.aborted) branch.abort(parent.reason);
      branches.add(branch);
      return branch;
    },
    drop: (branch) => {
      branches.delete(branch);
    },
    unlink: () => parent.removeEventListener('abort', follow),
  };
}
