/** What `/proc/<pid>/stat` tells: the state's letter, parent and process group, and the start in clock ticks since boot (field 22). */
export interface ProcStat {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly startTime: string;
}

/** The name in field 2 may hold spaces, parentheses and line ends; what follows its last `)` holds none. */
export function parseProcStat(text: string): ProcStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, startTime] = [fields[0], fields[1], fields[2], fields[19]];
  if (!state || !startTime || !/^\d+$/.test(startTime)) throw new Error(`Not a line of /proc/<pid>/stat: ${text}`);
  return { state, parent: Number(parent), group: Number(group), startTime };
}

/** True where nothing of the process runs any more: it is remembered for its parent alone. */
export const isZombie = ({ state }: ProcStat): boolean => state === 'Z' || state === 'X';
