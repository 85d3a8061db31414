import { ensureStore, type History, runsFolder } from '../../adapters/index.ts';
import type { World } from '../../core/index.ts';
import { openProjectHistory } from '../attempt.ts';
import { createOperatorDesk } from '../control/operator.ts';
import { createMachine, createWorld } from '../create-world.ts';
import { type Project, projectIn } from '../project.ts';
import { rememberingMachine } from '../remembering.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import { keepSessions } from './kept-sessions.ts';

/** A project that a window looks at. */
export interface ServeProject {
  readonly project: Project;
  readonly world: World;
  readonly store: RunStore;
  readonly history: History;
}

/**
 * The projects of a window, each opened once for its history. Secrets are given with a question and live as long as it; only a session with a
 * server, which was opened with them, is kept for ten seconds.
 */
export interface ServeProjects {
  open(root: string, secrets?: Readonly<Record<string, string>>): Promise<ServeProject>;
  runsFolder(root: string): Promise<string>;
  close(): Promise<void>;
}

export function createServeProjects(dist: string, env: NodeJS.ProcessEnv): ServeProjects {
  const histories = new Map<string, History>();
  const { operator } = createOperatorDesk();
  const plain = createMachine(dist);
  const databases = keepSessions(plain.databases, plain.hasher);
  // The same scripts are looked at again and again.
  const machine = { ...rememberingMachine(plain), databases };
  return {
    async open(root, secrets = {}) {
      const created = await createWorld({ project: root, machine, env, secrets, operator, access: 'read' });
      if (created.type === 'refused') throw new Error(created.message);
      const history = histories.get(root) ?? openProjectHistory(root, dist, created.world);
      histories.set(root, history);
      return { project: projectIn(root), world: created.world, store: createRunStore(root), history };
    },
    async runsFolder(root) {
      await ensureStore(root);
      return runsFolder(root);
    },
    async close() {
      for (const history of histories.values()) await history.close();
      await databases.close();
    },
  };
}
