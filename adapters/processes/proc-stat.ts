/** What `/proc/<pid>/stat` tells: the state's letter and the start in clock ticks since boot (field 22). */
export interface ProcStat {
  readonly state: string;
  readonly startTime: string;
}

/** The name in field 2 may hold spaces, parentheses and line ends; what follows its last `)` holds none. */
export function parseProcStat(text: string): ProcStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (!state || !startTime || !/^\d+$/.test(startTime)) throw new Error(`Not a line of /proc/<pid>/stat: ${text}`);
  return { state, startTime };
}
