/** A process as a table of processes shows it; zombies are not in such a table. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** It carries the mark that is looked for in its environment. */
  readonly isMarked: boolean;
}

/**
 * What belongs to a tree: the process that began it, its process group, whoever carries its mark, and all of their descendants, this
 * process left out. One that cleared its environment is found by its group or its parent; one that left its group too, by its mark.
 */
export function membersOf(rows: readonly ProcessRow[], root: number | undefined): readonly number[] {
  const members = new Set(
    rows.filter(({ pid, group, isMarked }) => isMarked || pid === root || group === root).map(({ pid }) => pid),
  );
  members.delete(process.pid);
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent } of rows) if (members.has(parent)) members.add(pid);
  }
  members.delete(process.pid);
  return [...members];
}
