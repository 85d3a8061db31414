import { join } from 'node:path';
import type { BenchResult, Figure } from './figure.ts';
import { burst } from './language-server/burst.ts';
import { checkTime } from './language-server/check-time.ts';
import { coldIndex } from './language-server/cold-index.ts';
import { completionTime } from './language-server/completion-time.ts';
import { findJsonServer } from './language-server/contestants.ts';
import { editToDiagnostics } from './language-server/edit-to-diagnostics.ts';
import { withWorkspace } from './language-server/make-workspace.ts';
import { memory } from './language-server/memory.ts';
import { mutationScore } from './language-server/mutation-score.ts';
import { premature } from './language-server/premature.ts';
import { recall } from './language-server/recall.ts';
import { robustness } from './language-server/robustness.ts';
import { scriptChanges } from './language-server/script-changes.ts';
import { startTime } from './language-server/start-time.ts';

/** Names of parts that are asked for, such as `memory,startTime`; all of them where nothing is said. */
const asked = process.env.BENCH_PARTS?.split(',');

/**
 * The language server as an editor meets it, over stdio, in turns with VS Code's own JSON server on the same plans; and in one process
 * with the library that is inside it. Each figure is named with its gate. Needs `npm run build` before. BENCH_PARTS names what to measure.
 */
export async function bench(): Promise<BenchResult> {
  const peer = await findJsonServer();
  const pulled = peer?.pulled;
  const driven = await withWorkspace((workspace) =>
    measured({
      editToDiagnostics: () => editToDiagnostics(workspace, peer),
      completionTime: () => completionTime(workspace, pulled),
      startTime: () => startTime(workspace.folder, pulled),
      memory: () => memory(workspace, pulled),
      coldIndex: () => coldIndex(workspace),
      scriptChanges: () => scriptChanges(workspace),
      burst: () => burst(workspace, pulled),
    }),
  );
  return {
    name: 'language-server',
    figures: [
      ...(await measured({ checkTime })),
      ...driven,
      ...(await measured({
        recall,
        premature,
        robustness: () => robustness(pulled && join(pulled.bundle, '../../../../..')),
        mutationScore,
      })),
    ],
  };
}

async function measured(parts: Readonly<Record<string, () => Promise<readonly Figure[]>>>): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [name, part] of Object.entries(parts)) if (!asked || asked.includes(name)) figures.push(...(await part()));
  return figures;
}
