import type { Processes, ProcessIdentity } from '../../core/index.ts';

export interface FakeProcesses extends Processes {
  /** Processes that live now; this one is among them. */
  readonly living: ProcessIdentity[];
  /** Process numbers by the marker in their environment, this one left out. */
  readonly marks: Map<string, readonly number[]>;
  /** Ends a process, as `kill -9` does. */
  kill(pid: number): void;
}

export const fakeIdentity = (pid: number, changes: Partial<ProcessIdentity> = {}): ProcessIdentity => ({
  host: 'host-a',
  bootId: 'boot-1',
  pid,
  startTime: String(pid * 100),
  ...changes,
});

/** Processes of one host in memory; those of another host are unknown. */
export function fakeProcesses(self: ProcessIdentity = fakeIdentity(100)): FakeProcesses {
  const living: ProcessIdentity[] = [self];
  const marks = new Map<string, readonly number[]>();
  return {
    living,
    marks,
    kill: (pid) => {
      living.splice(0, living.length, ...living.filter((one) => one.pid !== pid));
      for (const [marker, pids] of marks) {
        marks.set(
          marker,
          pids.filter((one) => one !== pid),
        );
      }
    },
    self: async () => self,
    liveness: async (asked) => {
      if (asked.host !== self.host) return 'unknown';
      if (asked.bootId !== self.bootId) return 'gone';
      return living.some((one) => one.pid === asked.pid && one.startTime === asked.startTime) ? 'alive' : 'gone';
    },
    marked: async (marker) => marks.get(marker) ?? [],
  };
}
